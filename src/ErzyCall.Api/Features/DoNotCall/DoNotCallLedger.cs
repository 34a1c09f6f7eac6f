using ErzyCall.Api.Features.Contacts;
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
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries, string phone) =>
        entries.InForce().Where(entry => entry.CanonicalPhone == PhoneForms.Canonical(phone));

    /// <summary>Which of these numbers must not be called or messaged.</summary>
    public static async Task<IReadOnlySet<string>> BlockedAsync(
        this IQueryable<DoNotCallEntry> entries, IReadOnlyCollection<string> phones, CancellationToken cancellationToken)
    {
        var asked = phones.Select(PhoneForms.Canonical).ToHashSet();
        var blocked = await entries.InForce().Where(entry => asked.Contains(entry.CanonicalPhone)).Select(entry => entry.CanonicalPhone).ToHashSetAsync(cancellationToken);
        return phones.Where(phone => blocked.Contains(PhoneForms.Canonical(phone))).ToHashSet();
    }

    /// <summary>
    /// Enters a number, in the caller's transaction. A number that is there already keeps its first entry, also when two transactions
    /// enter it at once; so this is a statement of its own and not an added row.
    /// </summary>
    /// <param name="contactId">Whom the entry came through; <c>null</c>: whoever has the number now, if anybody.</param>
    /// <returns>Whether it was not there before.</returns>
    public static Task<bool> EnterAsync(
        this ErzyCallDbContext db, Id<Organization> organizationId, string phone, string? reason, string source, Id<Contact>? contactId, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.EnterAsync(organizationId, [new DoNotCallNumber(phone, reason, contactId)], source, now, cancellationToken);

    /// <inheritdoc cref="EnterAsync(ErzyCallDbContext, Id{Organization}, string, string?, string, Id{Contact}?, DateTimeOffset, CancellationToken)"/>
    public static async Task<bool> EnterAsync(
        this ErzyCallDbContext db, Id<Organization> organizationId, IReadOnlyCollection<DoNotCallNumber> numbers, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // In one order, so that two transactions which enter the same numbers wait for each other and never in a circle.
        var sorted = numbers.OrderBy(number => PhoneForms.Canonical(number.Phone), StringComparer.Ordinal).ToList();
        var ids = sorted.ConvertAll(_ => Guid.CreateVersion7(now));
        var phones = sorted.ConvertAll(number => number.Phone);
        var reasons = sorted.ConvertAll(number => number.Reason);
        var contacts = sorted.ConvertAll(number => number.ContactId?.Value);
        return await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO do_not_call_entries (id, organization_id, phone, reason, source, contact_id, at)
             SELECT id, {organizationId.Value}, phone, reason, {source},
               coalesce(contact_id, (SELECT contacts.id FROM contacts WHERE contacts.organization_id = {organizationId.Value} AND contacts.phone = number.phone)), {now}
             FROM unnest({ids}, {phones}, {reasons}, {contacts}) AS number (id, phone, reason, contact_id)
             ON CONFLICT (organization_id, canonical_phone) WHERE lifted_at IS NULL DO NOTHING
             """,
            cancellationToken) > 0;
    }

    /// <summary>Lifts the entry of a number; it stays as history.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> LiftAsync(this IQueryable<DoNotCallEntry> entries, string phone, DateTimeOffset now, CancellationToken cancellationToken) =>
        await entries.InForce(phone).ExecuteUpdateAsync(entry => entry.SetProperty(row => row.LiftedAt, now), cancellationToken) > 0;
}

/// <summary>A number to be entered.</summary>
internal sealed record DoNotCallNumber(string Phone, string? Reason, Id<Contact>? ContactId);
