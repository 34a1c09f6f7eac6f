using System.Net;
using System.Text;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Json;

/// <summary>Bodies of <c>POST /calls</c> and of its preview that nobody should send and somebody will.</summary>
public sealed class BadBodyTests(TestRun run)
{
    private const string Valid = "\"to\":\"+14155550100\",\"from\":\"+14155559999\"";

    public static TheoryData<string, string> NotJson => new()
    {
        { "no body", "" },
        { "white space", " \n " },
        { "words", "to=+14155550100" },
        { "truncated in an object", "{" + Valid },
        { "truncated in a string", """{"to":"+1415""" },
        { "truncated in an escape", """{"to":"\u00""" },
        { "two values", "{" + Valid + "}{}" },
        { "a trailing comma", "{" + Valid + ",}" },
        { "a comment", "{" + Valid + "/* now */}" },
        { "single quotes", "{'to':'+14155550100'}" },
        { "a raw newline in a string", "{\"to\":\"+1415\n\"}" },
        { "a raw NUL in a string", "{\"to\":\"+1415\0\"}" },
        { "a NUL after the body", "{" + Valid + "}\0" },
        { "not a number", """{"to":NaN}""" },
        { "a bad escape", """{"to":"\x41"}""" },
        { "a name that is no text", """{"\ud800":"a"}""" },
        { "a name that is no text, within", "{" + Valid + ""","metadata":{"\udfff":"a"}}""" },
        { "a name that is no text and begins like a field with a problem", "{\"metadata\":{\"a\":1},\"meta\\ud800data\":{}," + Valid + "}" },
    };

    /// <summary>The field is empty where the body as a whole is at fault.</summary>
    public static TheoryData<string, string> Problems => new()
    {
        { "null", "" },
        { "[]", "" },
        { new string('[', 1000) + new string(']', 1000), "" },
        { "{\"to\":" + string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 501), "to" },
        { Call("\"metadata\":{\"a\":" + new string('[', 1000) + new string(']', 1000) + "}"), "metadata" },
        { Call("\"unknown\":" + new string('[', 1000) + new string(']', 1000)), "unknown" },
        { "[{" + Valid + "}]", "" },
        { "\"to\"", "" },
        { "1", "" },
        { "true", "" },
        { Call("\"to\":\"+14155550101\""), "to" },
        { Call("\"t\\u006f\":\"+14155550101\""), "to" },
        { Call("\"firstMessage\":\"a\",\"firstMessage\":null"), "firstMessage" },
        { Call("\"scheduledAt\":null,\"scheduledAt\":\"2999-01-01T00:00:00Z\""), "scheduledAt" },
        { Call("\"metadata\":{\"a\":\"1\",\"a\":\"1\"}"), "metadata.a" },
        { Call("\"variableValues\":{\"name\":\"1\",\"na\\u006de\":\"2\"}"), "variableValues.name" },
        { Call("\"scheduledat\":\"2999-01-01T00:00:00Z\""), "scheduledat" },
        { Call("\"scheduled_at\":\"2999-01-01T00:00:00Z\""), "scheduled_at" },
        { Call("\"To\":\"+14155550100\""), "To" },
        { Call("\"\":1"), "" },
        { Call("\"a b\":1"), "a b" },
        { Call("\"a.b\":1"), "a.b" },
        { Call("\"it']s\":1"), "it']s" },
        { Call("\"😀\":1"), "😀" },
        { Call("\"\\u0000\":1"), "\0" },
        { Call("\"$type\":\"System.Object\""), "$type" },
        { Call("\"id\":\"call_01h455vb4pex5vsknk084sn02q\""), "id" },
        { "{\"to\":14155550100,\"from\":\"+14155559999\"}", "to" },
        { "{\"to\":true,\"from\":\"+14155559999\"}", "to" },
        { "{\"to\":[\"+14155550100\"],\"from\":\"+14155559999\"}", "to" },
        { "{\"to\":{\"number\":\"+14155550100\"},\"from\":\"+14155559999\"}", "to" },
        { Call("\"scheduledAt\":1768473000"), "scheduledAt" },
        { Call("\"scheduledAt\":{}"), "scheduledAt" },
        { Call("\"scheduledAt\":[\"2999-01-01T00:00:00Z\"]"), "scheduledAt" },
        { Call("\"scheduledAt\":\"\\ud800\""), "scheduledAt" },
        { Call("\"contactId\":1"), "contactId" },
        { Call("\"firstMessage\":\"\\ud83d\""), "firstMessage" },
        { Call("\"firstMessage\":\"\\ude00\\ud83d\""), "firstMessage" },
        { Call("\"metadata\":\"a\""), "metadata" },
        { Call("\"metadata\":[]"), "metadata" },
        { Call("\"metadata\":{\"a\":1}"), "metadata.a" },
        { Call("\"metadata\":{\"a\":{}}"), "metadata.a" },
        { Call("\"metadata\":{\"a\":[\"b\"]}"), "metadata.a" },
        { Call("\"metadata\":{\"a\":{\"b\":{\"c\":1}}}"), "metadata.a" },
        { Call("\"metadata\":{\"a b\":1}"), "metadata.a b" },
        { Call("\"metadata\":{\"a\":\"\\udc00\"}"), "metadata.a" },
        { Call("\"variableValues\":{\"a\":true}"), "variableValues.a" },
        { Call("\"variableValues\":{\"a.b\":1}"), "variableValues.a.b" },
    };

    public static TheoryData<string, string[]> RefusedValues => new()
    {
        { "{}", ["to", "from"] },
        { """{"to":null,"from":null}""", ["to", "from"] },
        { """{"to":"","from":"+14155559999"}""", ["to"] },
        { """{"to":"+1415555010x","from":" +14155559999"}""", ["to", "from"] },
        { """{"to":"+14155550100\u0000","from":"+14155559999\n"}""", ["to", "from"] },
        { Call("\"firstMessage\":\"\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"" + new string('a', 1001) + "\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"" + string.Concat(Enumerable.Repeat("😀", 1001)) + "\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"a\\u0000b\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"a\\u001bb\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"a\\u000bb\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"a\u007fb\""), ["firstMessage"] },
        { Call("\"firstMessage\":\"a\u0085b\""), ["firstMessage"] },
        { Call("\"metadata\":{\"a\":\"\\u0000\"}"), ["metadata.a"] },
        { Call("\"metadata\":{\"a\\u0000\":\"b\"}"), ["metadata.a\0"] },
        { Call("\"metadata\":{\"a\":\"b\\u0008\"}"), ["metadata.a"] },
        { Call("\"metadata\":{\"a\":null}"), ["metadata.a"] },
        { Call("\"metadata\":{\"\":\"a\"}"), ["metadata."] },
        { Call("\"metadata\":{\"1a\":\"a\",\"😀\":\"b\",\"a b\":\"c\"}"), ["metadata.1a", "metadata.😀", "metadata.a b"] },
        { Call("\"metadata\":{\"" + new string('k', 41) + "\":\"a\"}"), ["metadata." + new string('k', 41)] },
        { Call("\"metadata\":{\"a\":\"" + new string('v', 501) + "\"}"), ["metadata.a"] },
        { Call("\"metadata\":{" + Entries(21) + "}"), ["metadata"] },
        { Call("\"variableValues\":{\"a\":\"\\u0001\"}"), ["variableValues.a"] },
        { Call("\"variableValues\":{\"a\":null}"), ["variableValues.a"] },
        { Call("\"variableValues\":{\"a-b\":\"c\"}"), ["variableValues.a-b"] },
        { Call("\"variableValues\":{\"" + new string('k', 65) + "\":\"a\"}"), ["variableValues." + new string('k', 65)] },
        { Call("\"variableValues\":{\"a\":\"" + new string('v', 1001) + "\"}"), ["variableValues.a"] },
        { Call("\"variableValues\":{" + Entries(51) + "}"), ["variableValues"] },
        { Call("\"scheduledAt\":null"), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"\""), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"2999-01-01\""), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"2999-01-01T00:00:00\""), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"2999-01-01T00:00:00Z\""), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"2020-01-01T00:00:00Z\""), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"0001-01-01T00:00:00Z\""), ["scheduledAt"] },
        { Call("\"scheduledAt\":\"9999-12-31T23:59:59.9999999Z\""), ["scheduledAt"] },
        { """{"to":"1","from":"2","caseId":"3","firstMessage":"","metadata":{"4":""},"scheduledAt":null}""", ["to", "from", "caseId", "firstMessage", "metadata.4", "scheduledAt"] },
    };

    public static TheoryData<string, string[]> MalformedIds => new()
    {
        { Call("\"contactId\":\"\""), ["contactId"] },
        { Call("\"contactId\":\"case_01h455vb4pex5vsknk084sn02q\""), ["contactId"] },
        { Call("\"caseId\":\"contact_01h455vb4pex5vsknk084sn02q\""), ["caseId"] },
        { Call("\"assistantConfigId\":\"call_01h455vb4pex5vsknk084sn02q\""), ["assistantConfigId"] },
        { Call("\"contactId\":\"contact_01H455VB4PEX5VSKNK084SN02Q\""), ["contactId"] },
        { Call("\"contactId\":\"contact_\\u0000\""), ["contactId"] },
        { Call("\"contactId\":\"1\",\"caseId\":\"2\",\"assistantConfigId\":\"😀\""), ["contactId", "caseId", "assistantConfigId"] },
    };

    public static TheoryData<string> Accepted =>
    [
        Call("\"firstMessage\":\"" + string.Concat(Enumerable.Repeat("😀", 1000)) + "\""),
        Call("\"firstMessage\":\"Zo\u0308e \\ud83d\\ude00 \\t\\n \u2028 \\u00a0 ﷽\""),
        Call("\"firstMessage\":null,\"contactId\":null,\"caseId\":null,\"assistantConfigId\":null,\"metadata\":null,\"variableValues\":null"),
        Call("\"metadata\":{\"" + new string('k', 40) + "\":\"" + string.Concat(Enumerable.Repeat("é", 500)) + "\",\"_\":\"\"}"),
        Call("\"metadata\":{\"__proto__\":\"a\",\"constructor\":\"b\"}"),
        Call("\"metadata\":{" + Entries(20) + "}"),
        Call("\"variableValues\":{" + Entries(50) + "}"),
        Call("\"variableValues\":{\"" + new string('k', 64) + "\":\"" + new string('v', 1000) + "\"}"),
        "\n\t {\r\n" + Valid + " } \n",
    ];

    [Theory]
    [MemberData(nameof(NotJson))]
    public Task What_is_not_JSON_is_said_to_be_not_JSON(string what, string body) => BothRefuseAsync(what, body, "INVALID_JSON");

    [Fact]
    public async Task What_is_not_UTF8_is_not_JSON()
    {
        foreach (var bytes in new byte[][] { [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82] })
        {
            byte[] body = [.. Encoding.UTF8.GetBytes("{" + Valid + ",\"firstMessage\":\""), .. bytes, .. "\"}"u8];
            await BothRefuseAsync(Convert.ToHexString(bytes), body, "INVALID_JSON");
        }

        await BothRefuseAsync("UTF-16", Encoding.Unicode.GetBytes("{" + Valid + "}"), "INVALID_JSON");
        await BothRefuseAsync("UTF-32", Encoding.UTF32.GetBytes("{" + Valid + "}"), "INVALID_JSON");
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public Task What_does_not_fit_the_shape_is_named_as_it_was_written(string body, string field) =>
        BothRefuseAsync(body, body, "VALIDATION_ERROR", field.Length == 0 && !body.Contains("\"\":", StringComparison.Ordinal) ? [] : [field]);

    [Theory]
    [MemberData(nameof(RefusedValues))]
    public Task Values_that_break_a_rule_are_reported_together(string body, string[] fields) => BothRefuseAsync(body, body, "VALIDATION_ERROR", fields);

    [Theory]
    [MemberData(nameof(MalformedIds))]
    public Task Malformed_ids_alone_have_a_code_of_their_own(string body, string[] fields) => BothRefuseAsync(body, body, "INVALID_ID", fields);

    [Fact]
    public Task A_malformed_id_beside_another_error_is_one_of_several_field_errors() => BothRefuseAsync(
        "", """{"to":"1","from":"+14155559999","contactId":"1","caseId":"case_01h455vb4pex5vsknk084sn02q"}""", "VALIDATION_ERROR", "to", "contactId");

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Odd_but_right_bodies_are_accepted_and_come_back_as_they_were(string body)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls/preview", body)).ShouldBe(HttpStatusCode.OK);
        var created = (await tenant.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created);
        var read = await tenant.Api.GetAsync($"/calls/{created.Data.GetProperty("id").GetString()}");
        Assert.Equal(created.Text, read.ShouldBe(HttpStatusCode.OK).Text);
        var sent = System.Text.Json.JsonElement.Parse(body);
        foreach (var name in new[] { "metadata", "variableValues", "firstMessage" })
        {
            if (sent.TryGetProperty(name, out var value) && value.ValueKind is not System.Text.Json.JsonValueKind.Null)
            {
                Assert.Equal(value.ToString(), read.Data.GetProperty(name).ToString(), name is "firstMessage" ? StringComparer.Ordinal : SameJson.Instance);
            }
        }
    }

    [Theory]
    [InlineData(256 * 1024, true)]
    [InlineData((256 * 1024) + 1, false)]
    [InlineData(300 * 1024, false)]
    public async Task A_body_may_have_256_KiB(int size, bool accepted)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = ("{" + Valid + "}").PadRight(size);
        foreach (var path in new[] { "/calls", "/calls/preview" })
        {
            var response = await tenant.Api.PostAsync(path, body);
            if (accepted)
            {
                Assert.True((int)response.Status < 300, response.Text);
            }
            else
            {
                response.ShouldBeError(413, "PAYLOAD_TOO_LARGE");
            }
        }
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_same_size()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        using var content = new StreamContent(new EndlessSpaces(300 * 1024));
        content.Headers.Add("Content-Type", "application/json");
        using var response = await tenant.Api.Http.PostAsync(new Uri("/api/v1/calls", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(
            """{"error":{"code":"PAYLOAD_TOO_LARGE","message":"Request body is too large"}}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/JSON;charset=\"UTF-8\"", true)]
    [InlineData("application/json; charset=UTF8", true)]
    [InlineData("application/json;charset=\"utf8\"", true)]
    [InlineData("application/json; charset=Utf-8", true)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("application/json; charset=iso-8859-1", false)]
    [InlineData("text/json", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/merge-patch+json", false)]
    [InlineData("json", false)]
    [InlineData("", false)]
    public async Task Only_JSON_in_UTF8_is_taken(string type, bool accepted)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = await tenant.Api.PostAsync("/calls", "{" + Valid + "}", ("Content-Type", type));
        if (accepted)
        {
            response.ShouldBe(HttpStatusCode.Created);
        }
        else
        {
            response.ShouldBeError(415, "UNSUPPORTED_MEDIA_TYPE");
        }
    }

    [Fact]
    public async Task An_unknown_field_may_be_ignored_by_setting_and_nothing_else_is()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Settings = new Dictionary<string, string> { ["Api:UnknownFields"] = "Ignore" } });
        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls", Call("\"unknown\":{\"a\":[1]},\"Metadata\":1"))).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls", Call("\"to\":\"+14155550101\""))).ShouldBeError(400, "VALIDATION_ERROR", "to");
        (await tenant.Api.PostAsync("/calls", Call("\"scheduledAt\":1"))).ShouldBeError(400, "VALIDATION_ERROR", "scheduledAt");
        (await tenant.Api.PostAsync("/calls", Call("\"scheduledAt\":null"))).ShouldBeError(400, "VALIDATION_ERROR", "scheduledAt");
        (await tenant.Api.PostAsync("/calls", Call("\"metadata\":{\"a\":1}"))).ShouldBeError(400, "VALIDATION_ERROR", "metadata.a");
        (await tenant.Api.GetAsync("/calls?unknown=1")).ShouldBeError(400, "VALIDATION_ERROR", "unknown");
    }

    private static string Call(string more) => "{" + Valid + "," + more + "}";

    private static string Entries(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":\"v\""));

    private async Task BothRefuseAsync(string what, object body, string code, params string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var path in new[] { "/calls", "/calls/preview" })
        {
            var response = await tenant.Api.PostAsync(path, body);
            Assert.True((int)response.Status == 400, $"{what}: {response.Text}");
            response.ShouldBeError(400, code, fields);
            if (fields.Length == 0)
            {
                Assert.DoesNotContain("details", response.Text, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("System.", response.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.DoesNotMatch("ErzyCall|Optional|Dictionary|Json(Exception|Serializer)|String\\b.*`", response.Text);
        }

        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
    }

    private sealed class SameJson : StringComparer
    {
        public static SameJson Instance { get; } = new();

        public override int Compare(string? x, string? y) => Equals(x, y) ? 0 : 1;

        // As objects: variable values are kept in no order.
        public override bool Equals(string? x, string? y) =>
            System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonElement.Parse(x!), System.Text.Json.JsonElement.Parse(y!));

        public override int GetHashCode(string obj) => 0;
    }

    /// <summary>A stream that does not tell its length, so that it is sent in chunks.</summary>
    private sealed class EndlessSpaces(int length) : Stream
    {
        private int _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
