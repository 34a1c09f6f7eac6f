using ErzyCall.Api.Features.Contacts;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>A number that must not be called or messaged, in whatever form it is written.</summary>
/// <param name="Phone">The number in E.164, as it was entered.</param>
/// <param name="Reason">Why the number was entered; <c>null</c> when no reason was given.</param>
/// <param name="Source">How the number came onto the ledger.</param>
/// <param name="At">The time at which the number was entered.</param>
/// <param name="ContactId">
/// The contact that had the number then; <c>null</c> for a number without a contact, and once the contact is deleted.
/// </param>
[SchemaName("DoNotCallEntry")]
internal sealed record DoNotCallResponse(
    string Phone,
    string? Reason,
    [property: OneOf(typeof(DoNotCallSource))] string Source,
    DateTimeOffset At,
    Id<Contact>? ContactId)
{
    public static DoNotCallResponse Of(DoNotCallEntry entry) =>
        new(entry.Phone, entry.Reason, entry.Source, entry.CreatedAt, entry.ContactId);
}
