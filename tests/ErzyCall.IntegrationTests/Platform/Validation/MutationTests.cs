using System.Text;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Validation;

/// <summary>
/// Whatever is sent, the answer is a success or one of the contract's refusals, never a 5xx and never a body of another shape. Mutants are
/// made from a seed that each failure names, so that every failure can be had again.
/// </summary>
public sealed class MutationTests(TestRun run)
{
    private const int Mutants = 500;

    private static readonly string[] s_bodies =
    [
        """{"to":"+14155550100","from":"+14155559999"}""",
        """{"to":"+14155550100","from":"+14155559999","firstMessage":"Hello {{name}} 😀","variableValues":{"name":"Ada"},"metadata":{"order":"1","a.b-c":"é"},"scheduledAt":"2026-12-01T00:00:00Z"}""",
        """{"to":"+14155550100","from":"+14155559999","contactId":"contact_01h455vb4pex5vsknk084sn02q","caseId":"case_01h455vb4pex5vsknk084sn02q","assistantConfigId":"asst_01h455vb4pex5vsknk084sn02q"}""",
    ];

    private static readonly string[] s_queries =
    [
        "limit=10&status=new",
        "contactId=contact_01h455vb4pex5vsknk084sn02q&caseId=case_01h455vb4pex5vsknk084sn02q",
        "from=2026-01-15T10:30:00Z&to=2026-01-16T10:30:00.123%2B02:00&phone=%2B14155550100",
        "metadata[order]=1&metadata[a.b-c]=%C3%A9&endedReason=voicemail",
    ];

    /// <summary>What has broken servers before.</summary>
    private static readonly string[] s_poisons =
    [
        "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0022", "\\", "\"", "{", "}", "[", "]", ",", ":", "null", "true", "-0", "1e999", "1E400", "-",
        "\"to\":1,", "\"metadata\":{", "\"a']b\":1,", "\"meta\\ud800data\":1,", "{{name}}", "{{", "é", "😀", "\u2028", "\uFEFF", "\0", "\u001F", "\u007F", "__proto__", "$type", "$.a['b']", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "%",
    ];

    private static readonly string[] s_queryPoisons =
    [
        "%00", "%", "%zz", "%FF", "%ED%A0%80", "%F0%9F%98%80", "&", "=", "==", "&&", "[", "]", "[]", "+", "%2B", "cursor=", "cursor=AAAA", "limit=", "&limit=1&limit=2",
        "metadata[", "metadata[a]=%00", "metadata[a]=%22", "😀", "%0A", "%0D", "%7F", "%EF%BB%BF", "infinity", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "99999999999999999999",
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task No_mutated_body_gets_anything_but_success_or_a_refusal(int seed)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var random = new Random(seed);
        var refused = 0;
        for (var mutant = 0; mutant < Mutants; mutant++)
        {
            var body = Mutate(Encoding.UTF8.GetBytes(Pick(random, s_bodies)), random, s_poisons);
            var response = await tenant.Api.PostAsync(random.Next(4) == 0 ? "/calls/preview" : "/calls", body);
            refused += IsRefused(response, $"seed {seed}, mutant {mutant}: {Encoding.UTF8.GetString(body)}") ? 1 : 0;
        }

        // Mutation has to hit something, and to leave something alone.
        Assert.InRange(refused, 1, Mutants - 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task No_mutated_query_gets_anything_but_success_or_a_refusal(int seed)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.PlaceCallAsync();
        var random = new Random(seed);
        var refused = 0;
        for (var mutant = 0; mutant < Mutants; mutant++)
        {
            // A fragment is not sent, and what is not ASCII is escaped on the way: the query stays one.
            var query = Encoding.UTF8.GetString(Mutate(Encoding.UTF8.GetBytes(Pick(random, s_queries)), random, s_queryPoisons)).Replace('#', '_');
            var response = await tenant.Api.GetAsync($"/calls?{query}");
            refused += IsRefused(response, $"seed {seed}, mutant {mutant}: {query}") ? 1 : 0;
        }

        Assert.InRange(refused, 1, Mutants - 1);
    }

    private static bool IsRefused(ApiResponse response, string what)
    {
        var status = (int)response.Status;
        Assert.True(status is 200 or 201 or 400 or 404 or 422, $"{what}\n{status} {response.Text}");
        if (status < 300)
        {
            return false;
        }

        var error = response.Json.GetProperty("error");
        response.ShouldBeError(
            status,
            error.GetProperty("code").GetString()!,
            error.TryGetProperty("details", out var details) ? [.. details.EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!)] : []);
        Assert.True(details.ValueKind is System.Text.Json.JsonValueKind.Undefined || details.GetArrayLength() > 0, $"{what}\n{response.Text}");
        Assert.Contains(error.GetProperty("code").GetString(), new[] { "VALIDATION_ERROR", "INVALID_JSON", "INVALID_ID", "NOT_FOUND", "INVALID_PHONE" });
        return true;
    }

    private static byte[] Mutate(byte[] original, Random random, string[] poisons)
    {
        var bytes = original.ToList();
        for (var cuts = random.Next(4); cuts > 0; cuts--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;

                case 1:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pick(random, poisons)));
                    break;

                case 2:
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pick(random, poisons)));
                    break;

                case 3:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;

                case 4 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;

                default:
                    bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 0);
                    break;
            }
        }

        return [.. bytes];
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
