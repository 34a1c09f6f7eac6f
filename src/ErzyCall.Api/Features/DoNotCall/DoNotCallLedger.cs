using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The questions to the ledger, which every path to a phone asks, and the lifting of its entries.</summary>
internal static class DoNotCallLedger
{
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries) =>
        entries.Where(entry => entry.LiftedAt == null);

    /// <summary>The entry in force of a number, if there is one, in whatever form either is written.</summary>
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries, string phone)
    {
        var number = E164.CanonicalOf(phone);
        return entries.InForce().Where(entry => entry.CanonicalNumber == number);
    }

    /// <summary>Those of the numbers that must not be called or messaged.</summary>
    public static async Task<IReadOnlySet<string>> BlockedAsync(
        this IQueryable<DoNotCallEntry> entries, IReadOnlyCollection<string> phones, CancellationToken cancellationToken)
    {
        var asked = phones.ToLookup(E164.CanonicalOf);
        var numbers = asked.Select(forms => forms.Key).ToList();
        var blocked = await entries.InForce()
            .Where(entry => numbers.Contains(entry.CanonicalNumber))
            .Select(entry => entry.CanonicalNumber)
            .TagWith(PreparedStatements.Tag)
            .ToListAsync(cancellationToken);
        return blocked.SelectMany(number => asked[number]).ToHashSet();
    }

    /// <summary>The entry in force of a number, locked until the transaction ends.</summary>
    public static Task<DoNotCallEntry?> LockEntryAsync(
        this ErzyCallDbContext db, Id<Owner> organizationId, string phone, CancellationToken cancellationToken) =>
        db.DoNotCallEntries
            .FromSql(
                $"""
                 SELECT * FROM do_not_call_entries
                 WHERE organization_id = {organizationId.Value} AND canonical_number = {E164.CanonicalOf(phone)} AND lifted_at IS NULL
                 FOR NO KEY UPDATE
                 """)
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Lifts the entry of a number; it stays as history.</summary>
    /// <returns>Whether there was an entry in force.</returns>
    public static async Task<bool> LiftAsync(
        this IQueryable<DoNotCallEntry> entries, string phone, DateTimeOffset now, CancellationToken cancellationToken) =>
        await entries.InForce(phone).ExecuteUpdateAsync(entry => entry.SetProperty(row => row.LiftedAt, now), cancellationToken) > 0;
}
