using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>Every WhatsApp message moves forward to an outcome in time, and its events tell how.</summary>
internal static class MessageLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        // An hour is allowed: the time of "sent" may be by our clock, and the times that follow by Meta's, in whole seconds.
        AuditLaw.For<Message>(
            "message-times",
            "A WhatsApp message has the times of the states that it has passed, no others, and they go forward.",
            """
            SELECT id FROM messages
            WHERE id >= @since_id AND (@organization IS NULL OR (organization_id = @organization AND created_at >= @since))
              AND (CASE status
                WHEN 'queued' THEN sent_at IS NOT NULL OR delivered_at IS NOT NULL OR read_at IS NOT NULL
                WHEN 'sent' THEN sent_at IS NULL OR delivered_at IS NOT NULL OR read_at IS NOT NULL
                WHEN 'delivered' THEN sent_at IS NULL OR delivered_at IS NULL OR read_at IS NOT NULL
                WHEN 'read' THEN sent_at IS NULL OR delivered_at IS NULL OR read_at IS NULL
                ELSE delivered_at IS NOT NULL OR read_at IS NOT NULL
              END OR delivered_at < sent_at - interval '1 hour' OR read_at < delivered_at - interval '1 hour')
            """),
        AuditLaw.For<Message>(
            "message-event",
            "A WhatsApp message that came in or moved on has exactly one event that tells of the state that it is in.",
            $"""
             SELECT message.id FROM messages AS message
             LEFT JOIN (
               SELECT resource_id, type, data ->> 'status' AS status FROM events
               WHERE type IN ('{MessageEvents.Received}', '{MessageEvents.Status}') AND created_at >= @kept
                 AND (@organization IS NULL OR organization_id = @organization)) AS told
               ON told.resource_id = message.id AND told.status = message.status
                 AND told.type = CASE message.direction WHEN 'inbound' THEN '{MessageEvents.Received}' ELSE '{MessageEvents.Status}' END
             WHERE message.id >= @kept_id
               AND (@organization IS NULL OR (message.organization_id = @organization AND message.created_at >= @kept))
               AND message.status <> 'queued'
             GROUP BY message.id HAVING count(told.resource_id) <> 1
             """),
        AuditLaw.For<Message>(
            "message-deadline",
            "No WhatsApp message waits to be sent, or to be heard of, for longer than it may.",
            """
            SELECT id FROM messages
            WHERE status = 'queued' AND ((claimed_at IS NULL AND send_by < @late) OR claimed_at < @unknown_message)
              AND (@organization IS NULL OR organization_id = @organization)
            """),
    ];
}
