using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Contacts;

internal static class ContactRoutes
{
    public static void MapContacts(this IEndpointRouteBuilder api)
    {
        var contacts = api.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapGet("/", ListContacts.HandleAsync).RequireScope(Scopes.ContactsRead);
        contacts.MapGet("/search", SearchContacts.HandleAsync).RequireScope(Scopes.ContactsRead);
        contacts.MapPost("/", CreateContact.HandleAsync).RequireScope(Scopes.ContactsWrite);
        contacts.MapPost("/batch", CreateContacts.HandleAsync).RequireScope(Scopes.ContactsWrite).WithMetadata(BodyLimit.Batch);
        contacts.MapGet("/{contactId}", GetContact.HandleAsync).RequireScope(Scopes.ContactsRead);
        contacts.MapPatch("/{contactId}", UpdateContact.HandleAsync).RequireScope(Scopes.ContactsWrite);
        contacts.MapDelete("/{contactId}", DeleteContact.HandleAsync).RequireScope(Scopes.ContactsWrite);
    }
}
