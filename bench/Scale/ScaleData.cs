using System.Text.Json;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Scale;

/// <summary>
/// Fills a database as years of use do: one busy organization, whose calls have had campaigns that are over, numbers that were given up and
/// a reason that was only ever seen at the beginning; many other organizations beside it, few of which call much. It is written by SQL,
/// with triggers off and indexes made at the end, so it takes minutes for what takes the server days.
/// </summary>
internal static class ScaleData
{
    /// <summary>How far back the calls go, evenly.</summary>
    private const double Days = 2 * 365;

    /// <summary>How long the server keeps events.</summary>
    private const double EventDays = 30;

    /// <summary>The calls that wait for a later day.</summary>
    private const int Waiting = 500;

    /// <summary>What is known of each of the busy organization's calls by its number, which counts from the newest one.</summary>
    private const string Calls =
        """
        INSERT INTO calls (
          id, organization_id, status, "to", canonical_to, "from", contact_id, case_id, first_message, variable_values, metadata, script_hash,
          due_at, deadline_at, carrier, started_at, submitted_at, answered_at, ended_at, duration, ended_reason, fault, retryable, transcript,
          created_at, updated_at)
        SELECT
          (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5('call' || n), 1, 3) || '8' || substr(md5('call' || n), 4, 15))::uuid,
          @organization,
          CASE WHEN n % 1000 = 1 THEN 'error' WHEN n % 1000 IN (2, 3) THEN 'cancelled' ELSE 'ended' END,
          phone, phone,
          CASE WHEN n >= @calls * 0.9 THEN '+14155550000' WHEN n % 3 = 0 THEN '+14155559998' ELSE '+14155559999' END,
          CASE WHEN n % 5 = 0 THEN contacts.ids[1 + (n / 5) % array_length(contacts.ids, 1)] END,
          CASE WHEN n % 7 = 0 THEN cases.ids[1 + (n / 7) % array_length(cases.ids, 1)] END,
          'Hello! I am an automated assistant. How can I help you?', '{}',
          json_build_object(
            'batch', (n % 100)::text, 'order', n::text, 'campaign', CASE WHEN n >= @calls * 0.8 THEN 'spring' ELSE 'autumn' END),
          script.hash, at, at + interval '1 hour', 'seed', at, at, CASE WHEN n % 4 > 0 THEN at + interval '3 seconds' END,
          at + interval '20 seconds', CASE WHEN n % 4 > 0 THEN 17 END,
          CASE
            WHEN n % 1000 = 1 THEN 'carrier-failed-to-connect'
            WHEN n % 1000 IN (2, 3) THEN 'manually-canceled'
            WHEN n >= @calls * 0.99 AND n % 10 = 0 THEN 'silence-timed-out'
            WHEN n % 4 > 0 THEN 'assistant-ended-call'
            WHEN n % 20 = 0 THEN 'voicemail'
            ELSE 'customer-did-not-answer' END,
          CASE WHEN n % 4 > 0 THEN 'none' ELSE 'customer' END, n % 4 = 0, '[]', at, at + interval '20 seconds'
        FROM generate_series(@from, @until) AS n
        CROSS JOIN LATERAL (SELECT
          date_trunc('milliseconds', now() - make_interval(secs => @every * n)) AS at,
          CASE WHEN n >= @calls * 0.99 THEN '+13005550199' ELSE '+1' || (2000000000 + (n::bigint * 7919) % 100000) END AS phone) AS call
        CROSS JOIN (SELECT hash FROM call_scripts WHERE organization_id = @organization LIMIT 1) AS script
        CROSS JOIN (SELECT array_agg(id) AS ids FROM cases WHERE organization_id = @organization) AS cases
        CROSS JOIN (
          SELECT array_agg(id) AS ids
          FROM (SELECT id FROM contacts WHERE organization_id = @organization ORDER BY id LIMIT 1000) AS first) AS contacts
        """;

    private const string WaitingCalls =
        """
        INSERT INTO calls (
          id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, scheduled_at, due_at,
          deadline_at, transcript, created_at, updated_at)
        SELECT gen_random_uuid(), @organization, 'scheduled', phone, phone, '+14155559999', 'Hello', '{}', '{"batch":"later"}', script.hash,
          later, later, later + interval '1 hour', '[]', at, at
        FROM generate_series(1, @waiting) AS n
        CROSS JOIN LATERAL (SELECT
          '+1' || (2000000000 + n) AS phone, now() + interval '100 days' AS later,
          date_trunc('milliseconds', now() - make_interval(secs => n * 100)) AS at) AS call
        CROSS JOIN (SELECT hash FROM call_scripts WHERE organization_id = @organization LIMIT 1) AS script
        """;

    /// <summary>Copies the busy organization with what it needs to call, under other names.</summary>
    private const string Organizations =
        """
        WITH made AS (
          INSERT INTO organizations
          SELECT (jsonb_populate_record(busy, jsonb_build_object('id', gen_random_uuid(), 'name', 'Organization ' || n))).*
          FROM organizations AS busy, generate_series(1, @organizations) AS n
          WHERE busy.id = @organization
          RETURNING id)
        INSERT INTO call_scripts
        SELECT (jsonb_populate_record(script, jsonb_build_object('organization_id', made.id))).*
        FROM made, call_scripts AS script WHERE script.organization_id = @organization
        """;

    /// <summary>The calls of the others: a few of them have most, many have one or none.</summary>
    private const string OthersCalls =
        """
        INSERT INTO calls (
          id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at,
          carrier, started_at, submitted_at, ended_at, ended_reason, fault, retryable, transcript, created_at, updated_at)
        SELECT gen_random_uuid(), others.ids[place], 'ended', '+12025550100', '+12025550100', '+14155559999', 'Hello', '{}', '{}',
          script.hash, at, at + interval '1 hour', 'seed', at, at, at + interval '20 seconds', 'customer-did-not-answer', 'customer', true,
          '[]', at, at + interval '20 seconds'
        FROM generate_series(1, @calls / 100) AS n
        CROSS JOIN LATERAL (SELECT
          date_trunc('milliseconds', now() - make_interval(secs => @every * 100 * n)) AS at,
          1 + (power((n * 7919 % 100003) / 100003.0, 4) * (@organizations - 1))::int AS place) AS call
        CROSS JOIN (SELECT array_agg(id) AS ids FROM organizations WHERE id <> @organization) AS others
        CROSS JOIN (SELECT hash FROM call_scripts WHERE organization_id = @organization LIMIT 1) AS script
        """;

    private const string Events =
        """
        INSERT INTO events (id, organization_id, is_private, type, resource_id, data, created_at, sequence)
        SELECT gen_random_uuid(), @organization, false, CASE n % 2 WHEN 0 THEN 'call.started' ELSE 'call.ended' END, gen_random_uuid(),
          ('{"id":"call_01m8jj959zeyma8fj4r65qg777","status":"ended","to":"+14155550100","from":"+14155559999","contactId":null,"caseId":null,'
            || '"assistantConfigId":null,"firstMessage":"Hello, this is a call from Acme.","metadata":{"order":"' || n || '"},'
            || '"scheduledAt":null}')::json,
          now() - make_interval(secs => @every / 2 * (@events - n)), n
        FROM generate_series(1, @events) AS n
        """;

    /// <summary>
    /// What the server derives of the rows above, filled as its triggers and migrations do, table by table; a table that the measured build
    /// does not have is left out. A new derived table of the schema is filled here, and nowhere else.
    /// </summary>
    private static readonly (string Table, string Sql)[] s_derived =
    [
        ("waiting_call_changes",
            """
            INSERT INTO waiting_call_changes (organization_id, calls)
            SELECT organization_id, count(*) FROM calls WHERE status IN ('new', 'scheduled') GROUP BY organization_id
            """),
        ("call_queues",
            """
            INSERT INTO call_queues (organization_id, first_due_at, awaits_room)
            SELECT organizations.id, min(due_at), false FROM organizations
            LEFT JOIN calls ON calls.organization_id = organizations.id AND calls.status IN ('new', 'scheduled')
            GROUP BY organizations.id
            ON CONFLICT (organization_id) DO UPDATE SET first_due_at = excluded.first_due_at
            """),
        ("call_metadata_entries",
            """
            INSERT INTO call_metadata_entries (digest, created_at, call_id)
            SELECT call_metadata_digest(organization_id, key, value), created_at, id FROM calls, json_each_text(metadata)
            ORDER BY 1, 2, 3
            ON CONFLICT DO NOTHING
            """),
        ("usage_changes", "DELETE FROM usage_changes"),
        ("usage_sums",
            """
            INSERT INTO usage_sums (organization_id, is_day, starts_at, is_kept, status, ended_reason, amount, answered, seconds)
            SELECT organization_id, is_day, date_trunc(CASE WHEN is_day THEN 'day' ELSE 'hour' END, created_at, 'UTC'), true, status,
              ended_reason, count(*), count(duration), coalesce(sum(duration), 0)
            FROM calls CROSS JOIN (VALUES (false), (true)) AS span (is_day)
            WHERE ended_reason IS NOT NULL
            GROUP BY 1, 2, 3, 4, 5, 6
            """),
        ("event_feeds",
            """
            INSERT INTO event_feeds (organization_id, last_sequence)
            SELECT id, coalesce((SELECT max(sequence) FROM events WHERE organization_id = organizations.id), 0) FROM organizations
            ON CONFLICT (organization_id) DO UPDATE SET last_sequence = excluded.last_sequence
            """),
    ];

    /// <summary>The tables that are filled without their indexes. A contact is added by the server's own command.</summary>
    private static readonly string[] s_tables = ["calls", "events"];

    /// <summary>Whether an earlier run has filled a database that was kept.</summary>
    public static async Task<bool> IsFilledAsync(Database database)
    {
        var row = (await database.QueryAsync(
            "SELECT EXISTS (SELECT FROM organizations), obj_description('public'::regnamespace) IS NOT DISTINCT FROM 'filled'"))[0];
        return (bool)row[1] || !(bool)row[0]
            ? (bool)row[1]
            : throw new InvalidOperationException($"An earlier run has filled {database.Name} in part only: remove the folder.");
    }

    /// <param name="organization">The busy one, which has contacts, cases and a call already.</param>
    public static async Task FillAsync(Database database, Guid organization, int calls, int organizations)
    {
        const int portion = 500_000;
        var every = Days * 24 * 60 * 60 / calls;
        (string Name, object Value)[] values =
        [
            ("organization", organization),
            ("organizations", organizations),
            ("calls", calls),
            ("every", every),
            ("waiting", Waiting),
            ("events", (int)(calls * 2 * EventDays / Days)),
        ];
        var indexes = (await database.QueryAsync(
            """
            SELECT indexdef, format('DROP INDEX %I', indexname) FROM pg_indexes
            WHERE tablename = ANY (@tables) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
            """,
            ("tables", s_tables))).Select(row => (Make: (string)row[0], Drop: (string)row[1])).ToList();
        foreach (var (_, drop) in indexes)
        {
            await database.ExecuteAsync(drop);
        }

        await ExecuteAsync(Organizations);
        for (var from = 0; from < calls; from += portion)
        {
            Progress.Say(Invariant($"{database.Name}: calls, {from:N0} of {calls:N0}"));
            await ExecuteAsync(Calls, ("from", from), ("until", Math.Min(from + portion, calls) - 1));
        }

        foreach (var sql in (string[])[WaitingCalls, OthersCalls, Events])
        {
            await ExecuteAsync(sql);
        }

        foreach (var (make, _) in indexes)
        {
            Progress.Say($"{database.Name}: {make.Split(' ')[make.StartsWith("CREATE UNIQUE", StringComparison.Ordinal) ? 3 : 2]}");
            await database.ExecuteAsync($"SET maintenance_work_mem = '1GB'; {make}");
        }

        foreach (var (table, sql) in s_derived)
        {
            if ((await database.QueryAsync("SELECT FROM pg_class WHERE oid = to_regclass(@table)", ("table", table))).Count > 0)
            {
                Progress.Say($"{database.Name}: {table}");
                await ExecuteAsync(sql);
            }
        }

        Progress.Say($"{database.Name}: VACUUM");
        await database.ExecuteAsync("VACUUM (ANALYZE)");
        await database.ExecuteAsync("COMMENT ON SCHEMA public IS 'filled'");

        // The settings are the session's, which ends with its connection.
        Task<int> ExecuteAsync(string sql, params (string Name, object Value)[] more) => database.ExecuteAsync(
            $"SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '512MB'; {sql}; "
            + "RESET session_replication_role; RESET synchronous_commit; RESET work_mem",
            values.Concat(more).Where(value => sql.Contains($"@{value.Name}", StringComparison.Ordinal)));
    }
}
