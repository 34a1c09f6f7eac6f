using System.Globalization;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Which way a call goes.</summary>
internal static class CallDirection
{
    /// <summary>The organization calls.</summary>
    public const string Outbound = "outbound";

    /// <summary>The organization is called.</summary>
    public const string Inbound = "inbound";

    public static IReadOnlyList<string> All { get; } = [Outbound, Inbound];
}

/// <summary>Who answered a call.</summary>
[SchemaName("AnsweredBy")]
internal static class Answerer
{
    /// <summary>A person.</summary>
    public const string Human = "human";

    /// <summary>A machine, such as a voicemail.</summary>
    public const string Machine = "machine";

    /// <summary>A person or a machine: the carrier cannot tell.</summary>
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
