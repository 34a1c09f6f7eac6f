using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>A number to be entered.</summary>
internal sealed record DoNotCallNumber(string Phone, string? Reason, Id<Contact>? ContactId);

/// <summary>
/// Enters numbers into the ledger; there is no other way in. Whoever enters one is answered only when all that was on its way to the number is known to
/// have gone out or not, so that nothing leaves for it after the answer.
/// </summary>
/// <remarks>
/// That holds without a lock, by the order in which both sides look. Whatever leaves for a number is claimed first and committed so; then, as the last thing
/// before it leaves, the ledger is asked. An entry is committed first; then what is claimed is looked for. So one of the two sees the other.
/// </remarks>
internal sealed class LedgerWriter(ErzyCallDbContext db, IEnumerable<IOnItsWay> onTheirWay, TimeProvider clock)
{
    /// <summary>The longest wait. What leaves even later comes from a process that stood still, and is hung up when its carrier has it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Enters a number, in the caller's transaction or one of its own. A number that is there already keeps its first entry, also when two transactions
    /// enter it at once; so this is a statement of its own and not an added row.
    /// </summary>
    /// <param name="contactId">Whom the entry came through; <c>null</c>: whoever has the number now, if anybody.</param>
    /// <returns>Whether it was not there before.</returns>
    public Task<bool> EnterAsync(
        Id<Organization> organizationId,
        string phone,
        string? reason,
        string source,
        Id<Contact>? contactId,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        EnterAsync(organizationId, [new DoNotCallNumber(phone, reason, contactId)], source, now, cancellationToken);

    /// <inheritdoc cref="EnterAsync(Id{Organization}, string, string?, string, Id{Contact}?, DateTimeOffset, CancellationToken)"/>
    public Task<bool> EnterAsync(
        Id<Organization> organizationId, IReadOnlyCollection<DoNotCallNumber> numbers, string source, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                // In one order, so that two transactions which enter the same numbers wait for each other and never in a circle.
                var sorted = numbers.OrderBy(number => PhoneForms.Canonical(number.Phone), StringComparer.Ordinal).ToList();
                var ids = sorted.ConvertAll(_ => Guid.CreateVersion7(now));
                var phones = sorted.ConvertAll(number => number.Phone);
                var reasons = sorted.ConvertAll(number => number.Reason);
                var contacts = sorted.ConvertAll(number => number.ContactId?.Value);
                var entered = await db.Database.ExecuteSqlAsync(
                    $"""
                     INSERT INTO do_not_call_entries (id, organization_id, phone, reason, source, contact_id, at)
                     SELECT id, {organizationId.Value}, phone, reason, {source},
                       coalesce(
                         contact_id,
                         (SELECT contacts.id FROM contacts WHERE contacts.organization_id = {organizationId.Value} AND contacts.phone = number.phone)), {now}
                     FROM unnest({ids}, {phones}, {reasons}, {contacts}) AS number (id, phone, reason, contact_id)
                     ON CONFLICT (organization_id, canonical_phone) WHERE lifted_at IS NULL DO NOTHING
                     """,
                    cancellationToken);

                // Also of numbers that were there already: somebody else may have entered them a moment ago, and wait as well.
                db.AfterCommit(() => UntilGoneAsync(organizationId, [.. phones.Select(PhoneForms.Canonical).Distinct()], cancellationToken));
                return entered > 0;
            },
            cancellationToken);

    private async Task UntilGoneAsync(Id<Organization> organization, IReadOnlyCollection<string> numbers, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        foreach (var kind in onTheirWay)
        {
            while (await kind.IsAnyOnItsWayAsync(organization, numbers, cancellationToken) && clock.GetElapsedTime(began) < s_patience)
            {
                await Task.Delay(s_interval, clock, cancellationToken);
            }
        }
    }
}
