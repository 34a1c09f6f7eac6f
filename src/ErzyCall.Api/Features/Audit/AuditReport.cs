namespace ErzyCall.Api.Features.Audit;

internal static class AuditStatus
{
    /// <summary>Checked, and so.</summary>
    public const string Ok = "ok";

    /// <summary>Something breaks it.</summary>
    public const string Violated = "violated";

    /// <summary>Could not be checked in its time: neither a success nor a violation.</summary>
    public const string Unchecked = "unchecked";

    /// <summary>Of several together: the worst.</summary>
    public static string Of(IReadOnlyCollection<LawReport> laws) =>
        laws.Any(law => law.Status == Violated) ? Violated : laws.Any(law => law.Status == Unchecked) ? Unchecked : Ok;
}

/// <summary>What an audit has found.</summary>
/// <param name="Status">Of all laws together: <c>ok</c> only when every one was checked and holds.</param>
/// <param name="Since">How far back it has looked.</param>
internal sealed record AuditReport(string Status, DateTimeOffset Since, DateTimeOffset CheckedAt, IReadOnlyList<LawReport> Laws);

/// <param name="Violations">How many break it; with <paramref name="AtLeast"/> perhaps more.</param>
/// <param name="Offenders">The ids of the first of them.</param>
internal sealed record LawReport(
    string Name,
    string Promise,
    string Status,
    int Violations,
    bool AtLeast,
    IReadOnlyList<string> Offenders,
    int DurationMs)
{
    /// <summary>Offenders named: enough to look at.</summary>
    public const int MaxNamed = 20;

    /// <summary>Offenders counted: more says nothing more.</summary>
    public const int MaxCounted = 1_000;

    public static LawReport Unchecked(AuditLaw law, TimeSpan took) => new(
        law.Name,
        law.Promise,
        AuditStatus.Unchecked,
        0,
        AtLeast: false,
        [],
        (int)took.TotalMilliseconds);

    /// <param name="offenders">One more than are counted, if there are so many.</param>
    public static LawReport Of(AuditLaw law, IReadOnlyList<Guid> offenders, TimeSpan took) => new(
        law.Name,
        law.Promise,
        offenders.Count == 0 ? AuditStatus.Ok : AuditStatus.Violated,
        Math.Min(offenders.Count, MaxCounted),
        offenders.Count > MaxCounted,
        [.. offenders.Take(MaxNamed).Select(id => TypeId.Format(law.IdPrefix, id))],
        (int)took.TotalMilliseconds);
}
