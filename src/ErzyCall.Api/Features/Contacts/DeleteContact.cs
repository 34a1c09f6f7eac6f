using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// Deletes a contact, which is an event <c>contact.deleted</c>. Its calls stay, with <c>contactId</c> <c>null</c>; those that are still to
/// be dialled keep the script that they froze. An entry of its number on the do-not-call ledger stays in force.
/// </summary>
internal static class DeleteContact
{
    public static Task<NoContent> HandleAsync(
        Id<Contact> contactId,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var contact = await db.LockOwnAsync(contactId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("contact"));
                await ifMatch.CheckAsync(
                    () => db.Contacts.Where(row => row.Id == contactId).Select(ContactResponse.From(db)).SingleAsync(cancellationToken));
                await db.AddEventOfAsync(contact, ContactEvents.Deleted, clock.Now(), cancellationToken);
                db.Contacts.Remove(contact);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
