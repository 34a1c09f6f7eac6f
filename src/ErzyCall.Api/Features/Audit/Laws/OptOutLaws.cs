using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>Nobody is called or written to who asked not to be.</summary>
internal static class OptOutLaws
{
    /// <summary>
    /// Joins the ledger's entries that were in force at <c>asked.at</c> for <c>asked.number</c>, which is canonical. An entry and a claim
    /// that are made at the same time know nothing of each other, nor do a claim and the lifting of an entry: these are left out.
    /// </summary>
    private const string InForce =
        """
         JOIN do_not_call_entries AS entry ON entry.organization_id = asked.organization_id AND entry.canonical_number = asked.number
         WHERE asked.at > entry.at + @slack AND (entry.lifted_at IS NULL OR asked.at < entry.lifted_at - @slack)
         """;

    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        AuditLaw.For<Call>(
            "call-opted-out",
            "No call was claimed for dialling while its number was on the do-not-call ledger, in whatever form.",
            $"""
             WITH {CallLaws.Subjects}, asked AS (
               SELECT id, organization_id, canonical_to AS number, started_at AS at FROM subject WHERE started_at >= @since)
             SELECT DISTINCT asked.id FROM asked
             {InForce}
             """),
        AuditLaw.For<Message>(
            "message-opted-out",
            "No WhatsApp message was claimed for sending while its number was on the do-not-call ledger, in whatever form.",
            $"""
             WITH asked AS (
               SELECT messages.id, messages.organization_id, conversations.canonical_number AS number, claimed_at AS at
               FROM messages JOIN conversations ON conversations.id = conversation_id
               WHERE messages.id >= @since_id
                 AND (@organization IS NULL OR (messages.organization_id = @organization AND messages.created_at >= @since))
                 AND direction = 'outbound' AND messages.status IN ('sent', 'delivered', 'read'))
             SELECT DISTINCT asked.id FROM asked
             {InForce}
             """),
        AuditLaw.For<DoNotCallEntry>(
            "ledger-entry",
            "A number has at most one entry in force on the do-not-call ledger, in whatever form.",
            """
            SELECT id FROM (
              SELECT id, row_number() OVER (PARTITION BY organization_id, canonical_number ORDER BY at, id) AS place
              FROM do_not_call_entries
              WHERE lifted_at IS NULL AND (@organization IS NULL OR organization_id = @organization)) AS entry
            WHERE place > 1
            """),
    ];
}
