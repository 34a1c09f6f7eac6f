using Npgsql;

namespace ErzyCall.Api.Features.Audit;

/// <summary>Something that is always so in a database of this product, whatever has crashed, come twice or come late.</summary>
/// <param name="Name">Stable, for monitors and for <c>docs/audit.md</c>, which says what to do.</param>
/// <param name="Promise">What it promises, in a sentence.</param>
/// <param name="IdPrefix">Of the ids of those that break it.</param>
/// <param name="Offenders">
/// A query of one column: the ids of those that break it. Its parameters are those of <see cref="AuditScope"/>. While work is under way it
/// must not find anything: each law allows for what may just be happening, and looks back only as far as what it compares is kept.
/// </param>
internal sealed record AuditLaw(string Name, string Promise, string IdPrefix, string Offenders)
{
    /// <summary>
    /// Whether a row of <see cref="Offenders"/> breaks the law, where SQL cannot decide it: then the query is for those that are to be
    /// looked at, and has more columns behind the id. <c>null</c>: each row breaks it.
    /// </summary>
    public Func<NpgsqlDataReader, bool>? Breaks { get; private init; }

    /// <typeparam name="T">What may break it.</typeparam>
    public static AuditLaw For<T>(string name, string promise, string offenders)
        where T : IHasIdPrefix => new(name, promise, T.IdPrefix, offenders);

    /// <typeparam name="T">What may break it.</typeparam>
    /// <inheritdoc cref="Breaks"/>
    public static AuditLaw For<T>(string name, string promise, string candidates, Func<NpgsqlDataReader, bool> breaks)
        where T : IHasIdPrefix => new(name, promise, T.IdPrefix, candidates) { Breaks = breaks };
}
