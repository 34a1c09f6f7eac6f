using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>One contact, with its notes and custom fields.</summary>
internal static class GetContact
{
    public static async Task<SingleResource<ContactResponse>> HandleAsync(
        Id<Contact> contactId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var contact = await db.Contacts.OwnedBy(caller)
            .Where(row => row.Id == contactId)
            .Select(ContactResponse.From(db))
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("contact"));
        return SingleResource.Of(contact);
    }
}
