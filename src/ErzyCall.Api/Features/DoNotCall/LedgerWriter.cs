using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>A number to be entered.</summary>
internal sealed record DoNotCallNumber(string Phone, string? Reason, Id<Contact>? ContactId)
{
    public string Canonical { get; } = E164.CanonicalOf(Phone);
}

/// <summary>The entry that a number has after it was entered.</summary>
internal sealed record EnteredNumber(DoNotCallEntry Entry, bool IsNew);

/// <summary>
/// Enters numbers into the ledger; there is no other way in. Whoever enters one is answered only when all that was on its way to the number
/// is known to have gone out or not, so that nothing leaves for it after the answer.
/// </summary>
/// <remarks>
/// This holds without a lock, by the order in which both sides look. Whatever leaves for a number is first claimed, which is committed;
/// then, as the last thing before it leaves, the ledger is asked. An entry is first committed; then claims are looked for. So one of the
/// two sees the other.
/// </remarks>
internal sealed class LedgerWriter(ErzyCallDbContext db, IEnumerable<IInFlight> onTheirWay, TimeProvider clock)
{
    /// <summary>
    /// The longest wait for what is on its way. A call that leaves even later comes from a process that stood still, and is hung up when
    /// its carrier has it.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Enters a number, in the caller's transaction or one of its own. A number that is there already keeps its first entry, also when two
    /// transactions enter it at once; so this is a statement of its own and not an added row.
    /// </summary>
    /// <param name="contactId">The contact that the entry came through; <c>null</c> for whichever has the number now, if any.</param>
    /// <returns>Whether the number was not there before.</returns>
    public async Task<bool> EnterAsync(
        Id<Owner> organizationId,
        string phone,
        string? reason,
        string source,
        Id<Contact>? contactId,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        (await EnterAsync(organizationId, [new DoNotCallNumber(phone, reason, contactId)], source, now, cancellationToken)).Count > 0;

    /// <inheritdoc cref="EnterAsync(Id{Owner}, string, string?, string, Id{Contact}?, DateTimeOffset, CancellationToken)"/>
    /// <returns>The canonical forms of the numbers that were not there before.</returns>
    public Task<IReadOnlySet<string>> EnterAsync(
        Id<Owner> organizationId,
        IReadOnlyCollection<DoNotCallNumber> numbers,
        string source,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync<IReadOnlySet<string>>(
            async () =>
            {
                // In one order, so that two transactions which enter the same numbers wait for each other without a deadlock.
                var sorted = numbers.OrderBy(number => number.Canonical, StringComparer.Ordinal).ToList();
                var ids = sorted.ConvertAll(_ => Guid.CreateVersion7(now));
                var phones = sorted.ConvertAll(number => number.Phone);
                var canonical = sorted.ConvertAll(number => number.Canonical);
                var reasons = sorted.ConvertAll(number => number.Reason);
                var contacts = sorted.ConvertAll(number => number.ContactId?.Value);
                db.Announce("do_not_call_entries");
                var entered = await db.Database.SqlQuery<string>(
                    $"""
                     INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, reason, source, contact_id, at)
                     SELECT id, {organizationId.Value}, phone, canonical_number, reason, {source},
                       coalesce(contact_id, (
                         SELECT contacts.id FROM contacts
                         WHERE contacts.organization_id = {organizationId.Value} AND contacts.canonical_number = number.canonical_number
                         ORDER BY contacts.phone = number.phone DESC, contacts.number_turn LIMIT 1)), {now}
                     FROM unnest({ids}, {phones}, {canonical}, {reasons}, {contacts})
                       AS number (id, phone, canonical_number, reason, contact_id)
                     ON CONFLICT (organization_id, canonical_number) WHERE lifted_at IS NULL DO NOTHING
                     RETURNING canonical_number AS "Value"
                     """).ToListAsync(cancellationToken);

                // Also for numbers that were there already: somebody else may have entered them a moment ago, and wait as well.
                db.AfterCommit(() => UntilGoneAsync(organizationId, [.. canonical.Distinct()], cancellationToken));
                return entered.ToHashSet();
            },
            cancellationToken);

    /// <summary>
    /// Enters numbers as <c>EnterAsync</c> does, and reads the entries that they have afterwards, by their canonical forms.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, EnteredNumber>> EnterAndReadAsync(
        Id<Owner> organizationId,
        IReadOnlyCollection<DoNotCallNumber> numbers,
        string source,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var entered = new Dictionary<string, EnteredNumber>();
        var missing = numbers.DistinctBy(number => number.Canonical).ToList();
        while (missing.Count > 0)
        {
            var isNew = await EnterAsync(organizationId, missing, source, now, cancellationToken);
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

            // A number that is still missing was lifted between the two statements: it is entered again, as was asked for.
            missing.RemoveAll(number => entered.ContainsKey(number.Canonical));
        }

        return entered;
    }

    private async Task UntilGoneAsync(Id<Owner> organization, IReadOnlyCollection<string> numbers, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        foreach (var kind in onTheirWay)
        {
            while (await kind.IsAnyInFlightAsync(organization, numbers, cancellationToken) && clock.GetElapsedTime(began) < s_patience)
            {
                await Task.Delay(s_interval, clock, cancellationToken);
            }
        }
    }
}
