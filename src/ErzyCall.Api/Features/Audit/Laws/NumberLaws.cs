using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Conversations;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>
/// A number is one number in whatever form: the forms by which rows are compared are those that the code makes of their numbers. Only rows
/// that were made since <c>@since</c> are checked.
/// </summary>
internal static class NumberLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        For<Call>(
            "call-number",
            "The number that a call goes to is compared by its canonical form.",
            """
            SELECT id, "to", canonical_to FROM calls
            WHERE id >= @since_id AND (@organization IS NULL OR (organization_id = @organization AND created_at >= @since))
            """),
        For<Contact>(
            "contact-number",
            "The number of a contact is compared by its canonical form.",
            """
            SELECT id, phone, canonical_number FROM contacts
            WHERE id >= @since_id AND (@organization IS NULL OR organization_id = @organization)
            """),
        For<DoNotCallEntry>(
            "ledger-number",
            "The number of an entry in the do-not-call ledger is compared by its canonical form.",
            """
            SELECT id, phone, canonical_number FROM do_not_call_entries
            WHERE id >= @since_id AND (@organization IS NULL OR organization_id = @organization)
            """),
        For<Conversation>(
            "conversation-number",
            "The number of a conversation is compared by its canonical form.",
            """
            SELECT id, wa_user_phone, canonical_number FROM conversations
            WHERE id >= @since_id AND (@organization IS NULL OR organization_id = @organization)
            """),
    ];

    private static AuditLaw For<T>(string name, string promise, string numbers)
        where T : IHasIdPrefix =>
        AuditLaw.For<T>(name, promise, numbers, static row => E164.CanonicalOf(row.GetString(1)) != row.GetString(2));
}
