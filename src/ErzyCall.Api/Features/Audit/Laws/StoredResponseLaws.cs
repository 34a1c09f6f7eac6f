using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>
/// The calls and messages that a stored response says were made are there: they are never deleted. Other things may have been deleted
/// since.
/// </summary>
internal static class StoredResponseLaws
{
    /// <summary>
    /// Joins the UUID of <c>record.made</c>, a text that ends in the 26 characters of base 32 of an id (<see cref="Platform.Ids.TypeId"/>),
    /// as <c>made.id</c>.
    /// </summary>
    private const string MadeId =
        """
        CROSS JOIN LATERAL (
          SELECT string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', digit) - 1)::bit(5)::text, '' ORDER BY place) AS text
          FROM unnest(string_to_array(right(record.made, 26), NULL)) WITH ORDINALITY AS digits (digit, place)) AS bits
        CROSS JOIN LATERAL (
          SELECT (
            lpad(to_hex(substr(bits.text, 3, 64)::bit(64)::bigint), 16, '0')
            || lpad(to_hex(substr(bits.text, 67, 64)::bit(64)::bigint), 16, '0')
          )::uuid AS id) AS made
        """;

    /// <summary>
    /// An expression for the results of a batch in a stored response, an array with one for each item; <c>NULL</c> for other responses.
    /// </summary>
    private const string BatchResults =
        """
        CASE WHEN NOT holds_secret AND convert_from(body, 'UTF8') LIKE '{"data":[{"index":%'
          THEN convert_from(body, 'UTF8')::json -> 'data'
        END
        """;

    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        AuditLaw.For<Call>(
            "kept-call",
            "The calls that a kept response of an Idempotency-Key tells of are there.",
            $"""
             SELECT made.id FROM (
               SELECT organization_id, location AS made FROM idempotency_records
               WHERE location LIKE '{ApiPath.V1}/calls/call\_%' AND (@organization IS NULL OR organization_id = @organization)
               UNION ALL
               SELECT organization_id, item -> 'data' ->> 'id' FROM idempotency_records
               CROSS JOIN LATERAL json_array_elements({BatchResults}) AS item
               WHERE location IS NULL
                 AND (@organization IS NULL OR organization_id = @organization)
                 AND item -> 'data' ->> 'id' LIKE 'call\_%') AS record
             {MadeId}
             WHERE NOT EXISTS (SELECT FROM calls WHERE calls.id = made.id AND calls.organization_id = record.organization_id)
             """),
        AuditLaw.For<Message>(
            "kept-message",
            "The WhatsApp message that a kept response of an Idempotency-Key tells of is there.",
            $"""
             SELECT made.id FROM (
               SELECT organization_id, convert_from(body, 'UTF8')::json -> 'data' ->> 'id' AS made FROM idempotency_records
               WHERE location LIKE '{ApiPath.V1}/whatsapp/conversations/%/messages' AND NOT holds_secret
                 AND (@organization IS NULL OR organization_id = @organization)) AS record
             {MadeId}
             WHERE NOT EXISTS (SELECT FROM messages WHERE messages.id = made.id AND messages.organization_id = record.organization_id)
             """),
    ];
}
