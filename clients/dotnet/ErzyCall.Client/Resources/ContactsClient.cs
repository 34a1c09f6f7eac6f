namespace ErzyCall.Client;

/// <summary>The people who are called.</summary>
public sealed class ContactsClient
{
    private readonly Transport _api;

    internal ContactsClient(Transport api) => _api = api;

    /// <summary>Makes a contact, which is an event <c>contact.created</c>.</summary>
    public Task<Contact> CreateAsync(CreateContactRequest contact, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateContact, Operations.CreateContact.Path, contact, idempotencyKey, cancellationToken);

    /// <summary>One contact, with its notes and custom fields.</summary>
    public Task<Contact> GetAsync(string contactId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetContact, Operations.GetContact.At(contactId), query: null, cancellationToken);

    /// <summary>Changes the fields of a contact that are given, which is an event <c>contact.updated</c>.</summary>
    public Task<Contact> UpdateAsync(string contactId, UpdateContactRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateContact, Operations.UpdateContact.At(contactId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes a contact, which is an event <c>contact.deleted</c>.</summary>
    public Task DeleteAsync(string contactId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeleteContact, Operations.DeleteContact.At(contactId), cancellationToken);

    /// <summary>The organization's contacts, newest first, without their notes and custom fields; with filters, those that pass all of them.</summary>
    public PagedList<ContactListItem> List(ListContactsQuery? query = null) => _api.List(Operations.ListContacts, Operations.ListContacts.Path, query);

    /// <summary>Creates, changes or skips many contacts, each judged by itself: the results come in the order of the items.</summary>
    public Task<IReadOnlyList<ContactBatchResult>> CreateManyAsync(CreateContactsRequest contacts, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateContacts, Operations.CreateContacts.Path, contacts, idempotencyKey, cancellationToken);

    /// <summary>The contacts that match best what somebody types, best first.</summary>
    public Task<IReadOnlyList<ContactListItem>> SearchAsync(string text, int? limit = null, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.SearchContacts, Operations.SearchContacts.Path, new SearchContactsQuery { Q = text, Limit = limit }, cancellationToken);
}
