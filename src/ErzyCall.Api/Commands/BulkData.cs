using System.Globalization;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts;

namespace ErzyCall.Api.Commands;

/// <summary>
/// Makes rows by the million inside PostgreSQL, for measuring. Their ids are UUIDv7 of each row's own <c>created_at</c>, as the server's
/// are.
/// </summary>
internal static class BulkData
{
    private const string NoEntries = "{}";

    /// <summary>The rows that one statement makes: few enough that progress shows, many enough that it costs nothing.</summary>
    private const int Portion = 20_000;

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(30);

    /// <summary>Adds contacts with phone numbers of their own, one for each second back from <paramref name="now"/>.</summary>
    public static async Task AddContactsAsync(
        ErzyCallDbContext db, Id<Owner> organization, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(s_timeout);
        var present = await db.Contacts.CountAsync(contact => contact.OrganizationId == organization, cancellationToken);
        await using var progress = Progress.Show("Adding contacts");
        await InPortionsAsync(
            "contacts",
            count,
            progress,
            (from, portion) => AddContactsAsync(db, organization, present + from, portion, now, cancellationToken));
        progress.Report("Adding contacts to groups");
        await AddToGroupAsync(db, organization, "Every second contact", 2, now, cancellationToken);
        await AddToGroupAsync(db, organization, "Every thousandth contact", 1_000, now, cancellationToken);
        await db.Database.ExecuteSqlAsync($"VACUUM (ANALYZE) contacts, contact_group_members", cancellationToken);
    }

    private static async Task InPortionsAsync(string what, int count, Progress progress, Func<int, int, Task> add)
    {
        for (var done = 0; done < count; done += Portion)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"Adding {what}: {done:N0} of {count:N0}"));
            await add(done, Math.Min(Portion, count - done));
        }
    }

    private static Task<int> AddContactsAsync(
        ErzyCallDbContext db, Id<Owner> organization, int first, int count, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO contacts (
               id, organization_id, title, phone, canonical_number, number_turn, email, tags, custom_fields, created_at, updated_at)
             SELECT
               (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                 || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
               {organization.Value}, first || ' ' || last, phone, phone, 0, lower(first || '.' || last || n || '@example.com'),
               CASE n % 10 WHEN 0 THEN ARRAY['vip'] WHEN 1 THEN ARRAY['lead', 'web'] ELSE ARRAY[]::text[] END, {NoEntries}::json, at, at
             FROM generate_series({first}, {first + count - 1}) AS n
             CROSS JOIN LATERAL (SELECT
               (ARRAY[
                 'Ada','Grace','José','John','Johanna','Marie','Alan','Edsger',
                 'Barbara','Linus','Margaret','Ken','Radia','Dennis','Sofía','Tim'])[1 + n % 16] AS first,
               (ARRAY[
                 'Lovelace','Hopper','García','Smith','Johnson','Curie','Turing','Dijkstra',
                 'Liskov','Müller','Hamilton','Thompson','Perlman','Ritchie','Nguyen','Okafor'])[1 + (n / 16) % 16] AS last,
               date_trunc('milliseconds', {now} - make_interval(secs => n)) AS at,
               -- North American, so that its canonical form is as it is written.
               '+1' || (2000000000 + n) AS phone) AS contact
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);

    private static async Task AddToGroupAsync(
        ErzyCallDbContext db, Id<Owner> organization, string name, int oneIn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var group = await db.ContactGroups
            .SingleOrDefaultAsync(row => row.OrganizationId == organization && row.Name == name, cancellationToken);
        if (group is null)
        {
            group = new ContactGroup { Id = Id<ContactGroup>.New(now), OrganizationId = organization, Name = name, CreatedAt = now };
            db.ContactGroups.Add(group);
            await db.SaveChangesAsync(cancellationToken);
        }

        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO contact_group_members (group_id, contact_id, contact_created_at)
             SELECT {group.Id.Value}, id, created_at FROM contacts
             WHERE organization_id = {organization.Value} AND right(phone, 9)::int % {oneIn} = 0
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
    }

    /// <summary>
    /// Adds finished calls, one every ten seconds back from <paramref name="now"/>, three in four of them answered. They have no events.
    /// </summary>
    public static async Task AddCallsAsync(
        ErzyCallDbContext db, Id<Owner> organization, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(s_timeout);
        var present = await db.Calls.CountAsync(call => call.OrganizationId == organization, cancellationToken);
        var assistant = AssistantSnapshot.Of(assistant: null, AssistantSnapshot.DefaultPrompt);
        var script = SharedScript.Of(organization, assistant, AssistantFeatures.None, CallScript.DefaultsOf(script: null));
        await db.Database.ExecuteSqlAsync(SharedScript.Keep(organization, [script]), cancellationToken);
        await using var progress = Progress.Show("Adding calls");
        await InPortionsAsync(
            "calls",
            count,
            progress,
            (from, portion) => AddCallsAsync(db, organization, script, present + from, portion, now, cancellationToken));
    }

    private static Task<int> AddCallsAsync(
        ErzyCallDbContext db,
        Id<Owner> organization,
        SharedScript script,
        int first,
        int count,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO calls (
               id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
               due_at, deadline_at, carrier,
               started_at, answered_at, ended_at, duration, ended_reason, fault, retryable, transcript, created_at, updated_at)
             SELECT
               (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                 || '7' || substr(md5('call' || n), 1, 3) || '8' || substr(md5('call' || n), 4, 15))::uuid,
               {organization.Value}, {CallStatus.Ended}, phone, phone, {SampleData.OutboundNumber}, {AssistantSnapshot.DefaultFirstMessage},
               {NoEntries}::json, json_build_object('batch', (n % 100)::text), {script.Hash}, at, at + interval '1 hour', {Carriers.Seed},
               at, CASE WHEN n % 4 > 0 THEN at + interval '3 seconds' END, at + interval '20 seconds', CASE WHEN n % 4 > 0 THEN 17 END,
               CASE WHEN n % 4 > 0 THEN {EndedReason.AssistantEndedCall.Value} ELSE {EndedReason.CustomerDidNotAnswer.Value} END,
               CASE WHEN n % 4 > 0 THEN 'none' ELSE 'customer' END, n % 4 = 0, '[]'::json, at, at + interval '20 seconds'
             FROM generate_series({first}, {first + count - 1}) AS n
             CROSS JOIN LATERAL (SELECT
               date_trunc('milliseconds', {now} - make_interval(secs => 10 * n)) AS at, '+1' || (2000000000 + n % 100000) AS phone) AS call
             """,
            cancellationToken);
}
