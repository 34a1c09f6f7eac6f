using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Tenancy;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class WebhookBodyTests
{
    private static readonly DateTimeOffset s_at = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <summary>Lone halves of surrogate pairs cannot come in, but were one there, the body must survive all the same.</summary>
    private static readonly string[] s_awkward =
    [
        "", " ", "\0", "\u0001\u001f", "\b\t\n\v\f\r", "\"\\/", "<script>&'+`", "\u007f\u0080\u009f\u00a0", "\u2028\u2029", "\ufeff", "\ufffd\ufffe\uffff",
        "😀👩‍👩‍👧‍👦", "\U0010ffff\U000f0000", "é e\u0301", "\u202eabc", "مرحبا", "\ud800", "a\udc00b", "\\u0000", "null", "1e5",
    ];

    [Fact]
    public void The_body_has_its_keys_in_order_and_the_data_as_it_was_frozen() =>
        Assert.Equal(
            """{"event":"call.ended","timestamp":"2026-01-15T10:30:00.000Z","data":{"id":"call_1","duration":7 }}""",
            Encoding.UTF8.GetString(WebhookBody.Of("call.ended", s_at, """{"id":"call_1","duration":7 }""")));

    [Fact]
    public void The_time_is_in_UTC_to_the_millisecond() =>
        Assert.Equal(
            """{"event":"ping","timestamp":"2026-01-15T08:30:00.120Z","data":{}}""",
            Encoding.UTF8.GetString(WebhookBody.Of("ping", new DateTimeOffset(2026, 1, 15, 10, 30, 0, 120, TimeSpan.FromHours(2)), "{}")));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_event_has_the_same_bytes_after_JavaScript_has_parsed_and_stringified_it(int seed)
    {
        var random = new Random(seed);
        var bodies = Enumerable.Range(0, 3_000).Select(n => WebhookBody.Of($"event.{n}", s_at.AddMilliseconds(random.NextInt64(1L << 40)), Frozen(AnyData(random, n)))).ToList();

        var again = await StringifiedAsync(bodies);

        Assert.Equal(bodies.Count, again.Count);
        foreach (var (body, twin) in bodies.Zip(again))
        {
            Assert.True(body.AsSpan().SequenceEqual(twin), $"Sent {Encoding.UTF8.GetString(body)}\nbut it became {Encoding.UTF8.GetString(twin)}");
        }
    }

    [Theory]
    [InlineData("2 1", """{"1":"","2":""}""")]
    [InlineData("10 9 b 1 a", """{"1":"","9":"","10":"","b":"","a":""}""")]
    [InlineData("b 4294967295 4294967294 a", """{"4294967294":"","b":"","4294967295":"","a":""}""")]
    [InlineData("01 1 00 0 99999999999999999999", """{"0":"","1":"","01":"","00":"","99999999999999999999":""}""")]
    [InlineData("__proto__ 1", """{"1":"","__proto__":""}""")]
    [InlineData("", "{}")]
    public void The_keys_of_a_map_are_in_the_order_of_JavaScript(string keys, string json)
    {
        IReadOnlyDictionary<string, string> map = new OrderedDictionary<string, string>(
            keys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(key => KeyValuePair.Create(key, "")));
        Assert.Equal(json, JsonSerializer.Serialize(map, JsonSettings.Events));
    }

    /// <summary>.NET writes <c>1E+16</c>, <c>1.0</c> and <c>-0</c> where JavaScript writes <c>10000000000000000</c>, <c>1</c> and <c>0</c>. Whole numbers that fit are the same in both.</summary>
    [Theory]
    [InlineData(typeof(CallListItem))]
    [InlineData(typeof(ContactListItem))]
    [InlineData(typeof(MessageResponse))]
    public void No_event_has_a_number_that_JavaScript_would_write_in_another_way(Type data)
    {
        var seen = new HashSet<Type>();
        Walk(data);
        Assert.Contains(typeof(string), seen);

        void Walk(Type type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (!seen.Add(type))
            {
                return;
            }

            Assert.True(
                Type.GetTypeCode(type) is TypeCode.Object or TypeCode.String or TypeCode.Boolean or TypeCode.Int32,
                $"{data.Name} holds a {type.Name}.");
            var shape = JsonSettings.Events.GetTypeInfo(type);
            foreach (var property in shape.Properties)
            {
                Walk(property.PropertyType);
            }

            if (shape.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
            {
                // A map of another type would be written in the order in which it was filled.
                Assert.NotEqual(JsonTypeInfoKind.Dictionary, shape.Kind);
                Walk(shape.ElementType!);
            }
        }
    }

    private static string Frozen(object data) =>
        OutboxEvent.Create(new Id<Organization>(Guid.CreateVersion7(s_at)), "event", Guid.CreateVersion7(s_at), data, s_at).Data;

    private static object AnyData(Random random, int n)
    {
        T? Perhaps<T>(Func<T> value)
            where T : class => random.Next(3) == 0 ? null : value();
        T? PerhapsA<T>(Func<T> value)
            where T : struct => random.Next(3) == 0 ? null : value();
        string Text() => AnyText(random);
        DateTimeOffset Time() => s_at.AddTicks(random.NextInt64(1L << 50));
        Id<T> AnyId<T>()
            where T : IHasIdPrefix => new(new Guid(Bytes(random)));
        return (n % 3) switch
        {
            0 => new CallListItem(
                AnyId<Call>(), Text(), Text(), Text(), PerhapsA(AnyId<Contact>), CaseId: null, AssistantConfigId: null, Text(), AnyMap(random), PerhapsA(Time), PerhapsA(Time), PerhapsA(Time),
                PerhapsA(() => random.Next(10) == 0 ? int.MaxValue : random.Next(4_000)), Perhaps(Text), Perhaps(Text), PerhapsA(() => random.Next(2) == 0), Perhaps(Text), Time(), Time()),
            1 => new ContactListItem(
                AnyId<Contact>(), Text(), Text(), Perhaps(Text), [.. Enumerable.Range(0, random.Next(4)).Select(_ => Text())], [],
                Perhaps(() => new OptOutResponse(true, Perhaps(Text), Time(), Text())), Time(), Time()),
            _ => new MessageResponse(
                AnyId<Message>(), AnyId<Conversation>(), Text(), Text(), Perhaps(() => new TextContent(Text())), Perhaps(() => new TemplateContent(Text(), Text(), AnyMap(random))), Text(),
                Perhaps(() => new MessageError(Text(), Text())), Time(), PerhapsA(Time), PerhapsA(Time), PerhapsA(Time)),
        };
    }

    private static OrderedDictionary<string, string> AnyMap(Random random)
    {
        var map = new OrderedDictionary<string, string>();
        for (var entries = random.Next(6); entries > 0; entries--)
        {
            var key = random.Next(5) switch
            {
                0 => random.Next(12).ToString(System.Globalization.CultureInfo.InvariantCulture),
                1 => random.NextInt64(1L << 34).ToString(System.Globalization.CultureInfo.InvariantCulture),
                2 => random.Next(20).ToString("00", System.Globalization.CultureInfo.InvariantCulture),
                3 => random.GetItems(["__proto__", "constructor", "toString", "toJSON", "length", "_", "Infinity", "a.b-c", "4294967294", "4294967295"], 1)[0],
                _ => AnyText(random),
            };
            map[key] = AnyText(random);
        }

        return map;
    }

    private static string AnyText(Random random)
    {
        if (random.Next(2) == 0)
        {
            return random.GetItems(s_awkward, 1)[0];
        }

        var text = new StringBuilder();
        for (var length = random.Next(12); length > 0; length--)
        {
            var limit = random.Next(3) switch { 0 => 0x80, 1 => 0x10000, _ => 0x110000 };
            var scalar = random.Next(limit);
            text.Append(Rune.IsValid(scalar) ? new Rune(scalar) : new Rune('x'));
        }

        return text.ToString();
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task<IReadOnlyList<byte[]>> StringifiedAsync(IReadOnlyList<byte[]> bodies)
    {
        // Bodies are on one line each: line ends in them are escaped.
        const string Program = """
            const lines = require('fs').readFileSync(0, 'utf8').split('\n');
            process.stdout.write(lines.map(line => JSON.stringify(JSON.parse(line))).join('\n'));
            """;
        var cancellationToken = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("node", ["-e", Program]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not on the PATH.");
        }

        using (node)
        {
            // It reads everything before it writes anything.
            await node!.StandardInput.BaseStream.WriteAsync(bodies.SelectMany((body, n) => n == 0 ? body : [(byte)'\n', .. body]).ToArray(), cancellationToken);
            node.StandardInput.Close();
            using var output = new MemoryStream();
            await node.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            await node.WaitForExitAsync(cancellationToken);
            Assert.Equal(0, node.ExitCode);
            return Lines(output.ToArray());
        }
    }

    private static List<byte[]> Lines(byte[] text)
    {
        var lines = new List<byte[]>();
        foreach (var range in text.AsSpan().Split((byte)'\n'))
        {
            lines.Add(text[range]);
        }

        return lines;
    }
}
