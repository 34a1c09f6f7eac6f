using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Replica;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>The people to call: contacts, found by name, email or number.</summary>
internal static class ContactRoutes
{
    public const string Tag = "Contacts";

    public static void MapContacts(this IEndpointRouteBuilder api)
    {
        var contacts = api.MapGroup("/contacts").WithTags(Tag);
        contacts.MapGet("/", ListContacts.HandleAsync).RequireScope(Scopes.ContactsRead).Refuses(ApiError.NotFound("contact group"))
            .FromReplica();
        contacts.MapGet("/search", SearchContacts.HandleAsync).RequireScope(Scopes.ContactsRead).FromReplica();
        contacts.MapPost("/", CreateContact.HandleAsync).RequireScope(Scopes.ContactsWrite).Refuses(ApiError.Duplicate(Contact.PhoneTaken));
        contacts.MapPost("/batch", CreateContacts.HandleAsync).RequireScope(Scopes.ContactsWrite).WithMetadata(BodyLimit.Batch);
        contacts.MapGet("/{contactId}", GetContact.HandleAsync).RequireScope(Scopes.ContactsRead).InOneStatement();
        contacts.MapPatch("/{contactId}", UpdateContact.HandleAsync).RequireScope(Scopes.ContactsWrite)
            .Refuses(ApiError.Duplicate(Contact.PhoneTaken));
        contacts.MapDelete("/{contactId}", DeleteContact.HandleAsync).RequireScope(Scopes.ContactsWrite);
    }
}
