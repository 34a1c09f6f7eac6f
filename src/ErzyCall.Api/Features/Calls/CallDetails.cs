using System.Globalization;

namespace ErzyCall.Api.Features.Calls;

internal static class CallDirection
{
    public const string Outbound = "outbound";
    public const string Inbound = "inbound";

    public static IReadOnlyList<string> All { get; } = [Outbound, Inbound];
}

/// <summary>Who answered a call.</summary>
internal static class Answerer
{
    public const string Human = "human";
    public const string Machine = "machine";
    public const string Unknown = "unknown";

    public static IReadOnlyList<string> All { get; } = [Human, Machine, Unknown];
}

/// <summary>What the carrier and the voice platform charge for a call.</summary>
/// <param name="Amount">The amount as a decimal number with at most five places.</param>
/// <param name="Currency">The currency, by ISO 4217.</param>
internal sealed record CallCost(string Amount, string Currency)
{
    public static CallCost? Of(decimal? amount, string? currency) =>
        amount is { } some && currency is not null ? new(some.ToString("0.#####", CultureInfo.InvariantCulture), currency) : null;
}
