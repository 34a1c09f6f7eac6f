using ErzyCall.Api.Features.Contacts;

namespace ErzyCall.Api.Features.DoNotCall;

/// <param name="Source">How the number came onto the ledger: <c>api</c>, <c>whatsapp</c>, <c>call</c> or <c>import</c>.</param>
/// <param name="ContactId">
/// The contact that had the number then; <c>null</c> for a number without a contact, and once the contact is deleted.
/// </param>
internal sealed record DoNotCallResponse(string Phone, string? Reason, string Source, DateTimeOffset At, Id<Contact>? ContactId)
{
    public static DoNotCallResponse Of(DoNotCallEntry entry) =>
        new(entry.Phone, entry.Reason, entry.Source, entry.CreatedAt, entry.ContactId);
}
