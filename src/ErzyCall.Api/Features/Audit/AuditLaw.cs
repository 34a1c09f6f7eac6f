using Npgsql;

namespace ErzyCall.Api.Features.Audit;

/// <summary>A rule that always holds in the database of this product, whatever has crashed, come twice or come late.</summary>
/// <param name="Name">
/// The name of the law. It stays the same, for monitors and for <c>docs/audit.md</c>, which says what to do when the law is broken.
/// </param>
/// <param name="Promise">The promise that the law checks, in a sentence.</param>
/// <param name="IdPrefix">The prefix of the offenders' ids.</param>
/// <param name="Offenders">
/// A query of one column: the ids of those that break the law. Its parameters are those of <see cref="AuditScope"/>. Work that is under way
/// must not be found: each law allows for what may just be happening, and looks back only as far as what it compares is kept.
/// </param>
internal sealed record AuditLaw(string Name, string Promise, string IdPrefix, string Offenders)
{
    /// <summary>
    /// Whether a row of <see cref="Offenders"/> breaks the law, when SQL cannot decide it: the query then finds the candidates, with more
    /// columns behind the id. <c>null</c> when each row breaks it.
    /// </summary>
    public Func<NpgsqlDataReader, bool>? Breaks { get; private init; }

    /// <typeparam name="T">The kind of thing that may break the law.</typeparam>
    public static AuditLaw For<T>(string name, string promise, string offenders)
        where T : IHasIdPrefix => new(name, promise, T.IdPrefix, offenders);

    /// <typeparam name="T">The kind of thing that may break the law.</typeparam>
    /// <inheritdoc cref="Breaks"/>
    public static AuditLaw For<T>(string name, string promise, string candidates, Func<NpgsqlDataReader, bool> breaks)
        where T : IHasIdPrefix => new(name, promise, T.IdPrefix, candidates) { Breaks = breaks };
}
