namespace ErzyCall.Api.Features.Audit;

internal static class AuditStatus
{
    /// <summary>The law was checked and holds.</summary>
    public const string Ok = "ok";

    /// <summary>Something breaks the law.</summary>
    public const string Violated = "violated";

    /// <summary>The law could not be checked in its time: neither a success nor a violation.</summary>
    public const string Unchecked = "unchecked";

    /// <summary>The worst status of several laws.</summary>
    public static string Of(IReadOnlyCollection<LawReport> laws) =>
        laws.Any(law => law.Status == Violated) ? Violated : laws.Any(law => law.Status == Unchecked) ? Unchecked : Ok;
}

/// <summary>The findings of an audit.</summary>
/// <param name="Status">The status of all laws together: <c>ok</c> only when every one was checked and holds.</param>
/// <param name="Since">The time from which on the audit has looked.</param>
internal sealed record AuditReport(string Status, DateTimeOffset Since, DateTimeOffset CheckedAt, IReadOnlyList<LawReport> Laws);

/// <param name="Violations">The number of offenders; with <paramref name="AtLeast"/> there may be more.</param>
/// <param name="Offenders">The ids of the first offenders.</param>
internal sealed record LawReport(
    string Name,
    string Promise,
    string Status,
    int Violations,
    bool AtLeast,
    IReadOnlyList<string> Offenders,
    int DurationMs)
{
    /// <summary>The most offenders that a report names: enough to look at.</summary>
    public const int MaxNamed = 20;

    /// <summary>The most offenders that are counted: a larger number says nothing more.</summary>
    public const int MaxCounted = 1_000;

    public static LawReport Unchecked(AuditLaw law, TimeSpan took) => new(
        law.Name,
        law.Promise,
        AuditStatus.Unchecked,
        0,
        AtLeast: false,
        [],
        (int)took.TotalMilliseconds);

    /// <param name="offenders">The ids of the offenders: one more than are counted, if there are so many.</param>
    public static LawReport Of(AuditLaw law, IReadOnlyList<Guid> offenders, TimeSpan took) => new(
        law.Name,
        law.Promise,
        offenders.Count == 0 ? AuditStatus.Ok : AuditStatus.Violated,
        Math.Min(offenders.Count, MaxCounted),
        offenders.Count > MaxCounted,
        [.. offenders.Take(MaxNamed).Select(id => TypeId.Format(law.IdPrefix, id))],
        (int)took.TotalMilliseconds);
}
