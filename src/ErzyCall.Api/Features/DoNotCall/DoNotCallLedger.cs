using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>What can be asked of the ledger and done to it. Every path to a phone asks it.</summary>
internal static class DoNotCallLedger
{
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries) => entries.Where(entry => entry.LiftedAt == null);

    /// <summary>The entry in force of a number, if there is one, in whatever form either is written.</summary>
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries, string phone)
    {
        var number = E164.CanonicalOf(phone);
        return entries.InForce().Where(entry => entry.CanonicalNumber == number);
    }

    /// <summary>Which of these numbers must not be called or messaged.</summary>
    public static async Task<IReadOnlySet<string>> BlockedAsync(
        this IQueryable<DoNotCallEntry> entries, IReadOnlyCollection<string> phones, CancellationToken cancellationToken)
    {
        var asked = phones.ToLookup(E164.CanonicalOf);
        var numbers = asked.Select(forms => forms.Key).ToList();
        var blocked = await entries.InForce()
            .Where(entry => numbers.Contains(entry.CanonicalNumber))
            .Select(entry => entry.CanonicalNumber)
            .ToListAsync(cancellationToken);
        return blocked.SelectMany(number => asked[number]).ToHashSet();
    }

    /// <summary>
    /// Enters a number, in the caller's transaction. A number that is there already keeps its first entry, also when two transactions
    /// enter it at once; so this is a statement of its own and not an added row.
    /// </summary>
    /// <param name="contactId">Whom the entry came through; <c>null</c>: whoever has the number now, if anybody.</param>
    /// <returns>Whether it was not there before.</returns>
    public static async Task<bool> EnterAsync(
        this ErzyCallDbContext db, Id<Organization> organizationId, string phone, string? reason, string source, Id<Contact>? contactId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await db.EnterAsync(organizationId, [new DoNotCallNumber(phone, reason, contactId)], source, now, cancellationToken)).Count > 0;

    /// <inheritdoc cref="EnterAsync(ErzyCallDbContext, Id{Organization}, string, string?, string, Id{Contact}?, DateTimeOffset, CancellationToken)"/>
    /// <returns>The canonical forms of those that were not there before.</returns>
    public static async Task<IReadOnlySet<string>> EnterAsync(
        this ErzyCallDbContext db, Id<Organization> organizationId, IReadOnlyCollection<DoNotCallNumber> numbers, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // In one order, so that two transactions which enter the same numbers wait for each other and never in a circle.
        var sorted = numbers.OrderBy(number => number.Canonical, StringComparer.Ordinal).ToList();
        var ids = sorted.ConvertAll(_ => Guid.CreateVersion7(now));
        var phones = sorted.ConvertAll(number => number.Phone);
        var canonical = sorted.ConvertAll(number => number.Canonical);
        var reasons = sorted.ConvertAll(number => number.Reason);
        var contacts = sorted.ConvertAll(number => number.ContactId?.Value);
        return (await db.Database.SqlQuery<string>(
            $"""
             INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, reason, source, contact_id, at)
             SELECT id, {organizationId.Value}, phone, canonical_number, reason, {source},
               coalesce(contact_id, (
                 SELECT contacts.id FROM contacts
                 WHERE contacts.organization_id = {organizationId.Value} AND contacts.canonical_number = number.canonical_number
                 ORDER BY contacts.phone = number.phone DESC, contacts.number_turn LIMIT 1)), {now}
             FROM unnest({ids}, {phones}, {canonical}, {reasons}, {contacts}) AS number (id, phone, canonical_number, reason, contact_id)
             ON CONFLICT (organization_id, canonical_number) WHERE lifted_at IS NULL DO NOTHING
             RETURNING canonical_number AS "Value"
             """).ToListAsync(cancellationToken)).ToHashSet();
    }

    /// <summary>
    /// Enters numbers as <c>EnterAsync</c> does, and reads the entries that they have afterwards, by their canonical forms.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, EnteredNumber>> EnterAndReadAsync(
        this ErzyCallDbContext db,
        Id<Organization> organizationId,
        IReadOnlyCollection<DoNotCallNumber> numbers,
        string source,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var entered = new Dictionary<string, EnteredNumber>();
        var missing = numbers.DistinctBy(number => number.Canonical).ToList();
        while (missing.Count > 0)
        {
            var isNew = await db.EnterAsync(organizationId, missing, source, now, cancellationToken);
            var canonical = missing.ConvertAll(number => number.Canonical);
            var entries = await db.DoNotCallEntries.AsNoTracking()
                .Where(entry => entry.OrganizationId == organizationId)
                .InForce()
                .Where(entry => canonical.Contains(entry.CanonicalNumber))
                .ToListAsync(cancellationToken);
            foreach (var entry in entries)
            {
                entered[entry.CanonicalNumber] = new EnteredNumber(entry, isNew.Contains(entry.CanonicalNumber));
            }

            // Lifted between the two statements: to enter it is still what was asked for.
            missing.RemoveAll(number => entered.ContainsKey(number.Canonical));
        }

        return entered;
    }

    /// <summary>The entry in force of a number, locked until the transaction ends.</summary>
    public static Task<DoNotCallEntry?> LockEntryAsync(
        this ErzyCallDbContext db, Id<Organization> organizationId, string phone, CancellationToken cancellationToken) =>
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
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> LiftAsync(this IQueryable<DoNotCallEntry> entries, string phone, DateTimeOffset now, CancellationToken cancellationToken) =>
        await entries.InForce(phone).ExecuteUpdateAsync(entry => entry.SetProperty(row => row.LiftedAt, now), cancellationToken) > 0;
}

/// <summary>A number to be entered.</summary>
internal sealed record DoNotCallNumber(string Phone, string? Reason, Id<Contact>? ContactId)
{
    public string Canonical { get; } = E164.CanonicalOf(Phone);
}

/// <summary>What became of it.</summary>
internal sealed record EnteredNumber(DoNotCallEntry Entry, bool IsNew);
