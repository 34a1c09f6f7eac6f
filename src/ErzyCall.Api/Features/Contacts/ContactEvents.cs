using ErzyCall.Api.Features.Events;

namespace ErzyCall.Api.Features.Contacts;

internal static class ContactEvents
{
    public const string Created = "contact.created";
    public const string Updated = "contact.updated";
    public const string Deleted = "contact.deleted";

    /// <summary>Writes the event of a contact as it stands, in the caller's transaction, and answers how it stands.</summary>
    public static async Task<ContactResponse> AddEventOfAsync(
        this ErzyCallDbContext db, Contact contact, string type, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Changes that are still to be saved are part of how it stands.
        await db.SaveChangesAsync(cancellationToken);
        var shown = await db.Contacts.Where(row => row.Id == contact.Id).Select(ContactResponse.From(db)).SingleAsync(cancellationToken);
        db.Events.Add(OutboxEvent.Create(contact.OrganizationId, type, contact.Id.Value, ContactListItem.Of(shown), now));
        await db.SaveChangesAsync(cancellationToken);
        return shown;
    }
}
