using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The questions and the one entry that the ledger knows. Every path to a phone asks it.</summary>
internal static class DoNotCallLedger
{
    /// <summary>Whether <paramref name="phone"/> must not be called or messaged.</summary>
    public static Task<bool> AnyInForceAsync(this IQueryable<DoNotCallEntry> entries, string phone, CancellationToken cancellationToken) =>
        entries.AnyAsync(entry => entry.Phone == phone && entry.LiftedAt == null, cancellationToken);

    /// <summary>
    /// Enters a number, in the caller's transaction. A number that is there already keeps its first entry, also when two transactions
    /// enter it at once; so this is a statement of its own and not an added row.
    /// </summary>
    public static Task EnterAsync(
        this ErzyCallDbContext db, Id<Organization> organizationId, string phone, string? reason, string source, Id<Contact>? contactId, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO do_not_call_entries (id, organization_id, phone, reason, source, contact_id, at)
             VALUES ({Guid.CreateVersion7(now)}, {organizationId.Value}, {phone}, {reason}, {source}, {contactId?.Value}, {now})
             ON CONFLICT (organization_id, phone) WHERE lifted_at IS NULL DO NOTHING
             """,
            cancellationToken);
}
