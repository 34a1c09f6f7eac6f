using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsCheck;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class WebhookBodyTests
{
    private static readonly DateTimeOffset s_at = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

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

    [Fact]
    public void Every_event_has_the_same_bytes_after_JavaScript_has_parsed_and_stringified_it()
    {
        using var javaScript = JavaScript.Start();
        Gen.Select(AnyEvent.Text, AnyEvent.Time, AnyEvent.Frozen).Sample(
            (type, at, data) =>
            {
                var body = WebhookBody.Of(type, at, data);

                var again = javaScript.Stringified(body);

                Assert.True(body.AsSpan().SequenceEqual(again), $"Sent {Encoding.UTF8.GetString(body)}\nbut it became {Encoding.UTF8.GetString(again)}");
            },
            iter: 3_000,
            threads: 1);
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
}
