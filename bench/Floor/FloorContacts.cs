using Npgsql;

namespace ErzyCall.Bench.Floor;

internal sealed class FloorContacts(NpgsqlDataSource database, FloorDoor door)
{
    private const int Limit = 10;

    private const string Fold =
        "SELECT search_fold($1), btrim(search_words(search_fold($1))), search_has_marks(search_fold($1))";

    /// <summary>The best matches first: the whole title or email, their beginnings, the beginning of a word, the inside of one.</summary>
    private const string Rank =
        """
        SELECT id FROM (
          (SELECT id FROM contacts WHERE organization_id = $1 AND search_title = $2 ORDER BY id DESC LIMIT $3)
          UNION ALL
          (SELECT id FROM contacts WHERE organization_id = $1 AND search_email = $2 AND search_title <> $2 ORDER BY id DESC LIMIT $3)
          UNION ALL
          (SELECT id FROM contacts WHERE organization_id = $1 AND search_title LIKE $4 AND search_title <> $2 AND search_email <> $2
           ORDER BY search_title, id LIMIT $3)
          UNION ALL
          (SELECT id FROM contacts WHERE organization_id = $1 AND search_email LIKE $4 AND search_email <> $2 AND search_title NOT LIKE $4
           ORDER BY search_email, id LIMIT $3)
          UNION ALL
          (SELECT id FROM contacts WHERE organization_id = $1 AND search_words LIKE $5
             AND search_title NOT LIKE $4 AND search_email NOT LIKE $4
           ORDER BY created_at DESC, id DESC LIMIT $3)
          UNION ALL
          (SELECT id FROM contacts WHERE $7 AND organization_id = $1 AND search_words LIKE $6 AND search_words NOT LIKE $5
             AND search_title NOT LIKE $4 AND search_email NOT LIKE $4
           ORDER BY created_at DESC, id DESC LIMIT $3)
        ) AS ranked LIMIT $3
        """;

    private const string Load =
        """
        SELECT c.id, c.title, c.phone, c.email, c.tags, d.reason, d.at, d.source, c.created_at, c.updated_at,
          ARRAY(SELECT m.group_id FROM contact_group_members AS m WHERE m.contact_id = c.id ORDER BY m.group_id)
        FROM unnest($2) WITH ORDINALITY AS ranked (id, place)
        JOIN contacts AS c ON c.id = ranked.id AND c.organization_id = $1
        LEFT JOIN do_not_call_entries AS d
          ON d.organization_id = c.organization_id AND d.canonical_number = c.canonical_number AND d.lifted_at IS NULL
        ORDER BY ranked.place
        """;

    public async Task SearchAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } key)
        {
            return;
        }

        var (folded, words) = await FoldAsync(context.Request.Query["q"].ToString());
        var ids = await RankAsync(key.Organization, folded, words);
        await using var command = database.CreateCommand(Load);
        command.Parameters.Add(Sql.Value(key.Organization));
        command.Parameters.Add(Sql.Value(ids.ToArray()));
        byte[] body;
        await using (var row = await command.ExecuteReaderAsync())
        {
            body = FloorJson.Write(4096, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("data"u8);
                while (row.Read())
                {
                    json.WriteStartObject();
                    json.Id("id"u8, "contact_", row, 0);
                    json.Text("title"u8, row, 1);
                    json.Text("phone"u8, row, 2);
                    json.Text("email"u8, row, 3);
                    json.WriteStartArray("tags"u8);
                    foreach (var tag in row.GetFieldValue<string[]>(4))
                    {
                        json.WriteStringValue(tag);
                    }

                    json.WriteEndArray();
                    json.WriteStartArray("groupIds"u8);
                    foreach (var group in row.GetFieldValue<Guid[]>(10))
                    {
                        json.WriteStringValue(FloorIds.Text("group_", group));
                    }

                    json.WriteEndArray();
                    if (row.IsDBNull(7))
                    {
                        json.WriteNull("optOut"u8);
                    }
                    else
                    {
                        json.WriteStartObject("optOut"u8);
                        json.WriteBoolean("optedOut"u8, value: true);
                        json.Text("reason"u8, row, 5);
                        json.Time("at"u8, row, 6);
                        json.Text("source"u8, row, 7);
                        json.WriteEndObject();
                    }

                    json.Time("createdAt"u8, row, 8);
                    json.Time("updatedAt"u8, row, 9);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }

        await FloorJson.WriteAsync(context.Response, body, hasLength: false);
    }

    private async Task<(string Folded, string Words)> FoldAsync(string text)
    {
        await using var command = database.CreateCommand(Fold);
        command.Parameters.Add(Sql.Value(text));
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetString(0), row.GetString(1));
    }

    private async Task<List<Guid>> RankAsync(Guid organization, string folded, string words)
    {
        await using var command = database.CreateCommand(Rank);
        command.Parameters.Add(Sql.Value(organization));
        command.Parameters.Add(Sql.Value(folded));
        command.Parameters.Add(Sql.Value(Limit));
        command.Parameters.Add(Sql.Value($"{folded}%"));
        command.Parameters.Add(Sql.Value($"% {words}%"));
        command.Parameters.Add(Sql.Value($"%{words}%"));
        command.Parameters.Add(Sql.Value(folded.Length >= 3));
        await using var row = await command.ExecuteReaderAsync();
        var ids = new List<Guid>(Limit);
        while (await row.ReadAsync())
        {
            ids.Add(row.GetGuid(0));
        }

        return ids;
    }
}
