using System.Globalization;

namespace ErzyCall.Bench.Comparison;

/// <summary>A line of the second table: one thing that was measured on each build alone.</summary>
/// <param name="Build">The name of the build.</param>
/// <param name="Value">What was found, as it is printed.</param>
/// <param name="Raw">What was found, as it was measured.</param>
internal sealed record Figure(string What, string Aim, string Build, string Value, object Raw)
{
    public static Figure Of(string what, string aim, string build, FormattableString value, object raw) =>
        new(what, aim, build, value.ToString(CultureInfo.InvariantCulture), raw);
}
