using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Ids;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

/// <summary>Generates whatever an event can tell, and more: texts of every kind, empty values, the numbers at the edges.</summary>
internal static class AnyEvent
{
    private static readonly DateTimeOffset s_at = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <summary>Lone halves of surrogate pairs cannot come in, but were one there, the body must survive all the same.</summary>
    private static readonly Gen<string> s_awkward = Gen.OneOf(
        "", " ", "\0", "\u0001\u001f", "\b\t\n\v\f\r", "\"\\/", "<script>&'+`", "\u007f\u0080\u009f\u00a0", "\u2028\u2029", "\ufeff", "\ufffd\ufffe\uffff",
        "😀👩‍👩‍👧‍👦", "\U0010ffff\U000f0000", "é e\u0301", "\u202eabc", "مرحبا", "\ud800", "a\udc00b", "\\u0000", "null", "1e5");

    private static readonly Gen<string> s_plain = Gen.String[0, 12];

    /// <summary>Any UTF-16 code units: pairs, halves of pairs, and pairs the wrong way round.</summary>
    private static readonly Gen<string> s_codeUnits = Gen.Frequency((1, Gen.Char['\0', '\uffff']), (1, Gen.Char['\ud800', '\udfff']), (1, Gen.Char['\0', '\u00ff'])).Array[0, 12].Select(units => new string(units));

    /// <summary>Scalar values of every plane.</summary>
    private static readonly Gen<string> s_scalars = Gen.OneOf(Gen.Int[0, 0xd7ff], Gen.Int[0xe000, 0x10ffff]).Array[0, 12].Select(scalars => string.Concat(scalars.Select(scalar => new Rune(scalar))));

    public static Gen<string> Text { get; } = Gen.OneOf(s_plain, s_awkward, s_codeUnits, s_scalars);

    /// <summary>What JavaScript puts in an order of its own (whole numbers), and what means something to it.</summary>
    private static readonly Gen<string> s_key = Gen.OneOf(
        Gen.Int[0, 11].Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Long[0, 1L << 34].Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Int[0, 19].Select(number => number.ToString("00", CultureInfo.InvariantCulture)),
        Gen.OneOf("__proto__", "constructor", "toString", "toJSON", "length", "_", "Infinity", "a.b-c", "4294967294", "4294967295"),
        Text);

    private static readonly Gen<IReadOnlyDictionary<string, string>> s_map = Gen.Select(s_key, Text).Array[0, 6].Select(IReadOnlyDictionary<string, string> (entries) =>
    {
        var map = new OrderedDictionary<string, string>();
        foreach (var (key, value) in entries)
        {
            // As it is written: half a character becomes U+FFFD, and two keys may not become one.
            map[string.Concat(key.EnumerateRunes())] = value;
        }

        return map;
    });

    private static readonly Gen<int> s_number = Gen.OneOf(Gen.Int[0, 4_000], Gen.Int, Gen.OneOf(0, int.MinValue, int.MaxValue));

    public static Gen<DateTimeOffset> Time { get; } = Gen.Long[0, 1L << 50].Select(ticks => s_at.AddTicks(ticks));

    private static readonly Gen<object> s_call =
        from id in AnyId<Call>()
        from texts in Text.Array[4]
        from reasons in Text.Null().Array[3]
        from contact in AnyId<Contact>().Nullable()
        from metadata in s_map
        from times in Time.Nullable().Array[3]
        from duration in s_number.Nullable()
        from retryable in Gen.Bool.Nullable()
        from at in Time
        select (object)new CallListItem(
            id, texts[0], CallDirection.Outbound, reasons[0], texts[1], texts[2], contact, CaseId: null, AssistantConfigId: null, texts[3], metadata,
            times[0], times[1], times[2], duration, reasons[0], reasons[1], retryable, reasons[1] is { } code ? new CarrierFailure(code, texts[0]) : null, reasons[2],
            times[0], PolicyIgnored: retryable is true, reasons[2], CallCost.Of(duration, reasons[0]), at, at);

    private static readonly Gen<object> s_contact =
        from id in AnyId<Contact>()
        from texts in Text.Array[3]
        from email in Text.Null()
        from tags in Text.Array[0, 3]
        from reason in Text.Null()
        from optedOut in Gen.Bool
        from at in Time
        select (object)new ContactListItem(id, texts[0], texts[1], email, tags, [], optedOut ? new OptOutResponse(true, reason, at, texts[2]) : null, at, at);

    private static readonly Gen<object> s_message =
        from id in AnyId<Message>()
        from conversation in AnyId<Conversation>()
        from texts in Text.Array[8]
        from has in Gen.Bool.Array[3]
        from variables in s_map
        from times in Time.Nullable().Array[3]
        from at in Time
        select (object)new MessageResponse(
            id, conversation, texts[0], texts[1], has[0] ? new TextContent(texts[2]) : null, has[1] ? new TemplateContent(texts[3], texts[4], variables) : null, texts[5],
            has[2] ? new MessageError(texts[6], texts[7]) : null, at, times[0], times[1], times[2]);

    /// <summary>The data of an event of ours, frozen as the outbox does.</summary>
    public static Gen<string> Frozen { get; } = Gen.OneOf(s_call, s_contact, s_message)
        .Select(data => OutboxEvent.Create(new Id<Owner>(Guid.CreateVersion7(s_at)), "event", Guid.CreateVersion7(s_at), data, s_at).Data);

    /// <summary>JSON of any shape, also such as no event of ours has.</summary>
    public static Gen<string> Json { get; } = Gen.Recursive<string>((depth, json) =>
    {
        var leaf = Gen.OneOf(
            Gen.OneOf("null", "true", "false", "{}", "[]", "\"\"", "0", "-0", "1e400", "1E-7", "0.10"),
            Gen.Double.Where(double.IsFinite).Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
            Text.Select(Quoted));
        return depth >= 3
            ? leaf
            : Gen.OneOf(
                leaf,
                json.Array[0, 4].Select(items => $"[{string.Join(", ", items)}]"),
                Gen.Select(Text, json).Array[0, 4].Select(fields => $"{{{string.Join(',', fields.Select(field => $"{Quoted(field.Item1)} : {field.Item2}"))}}}"));
    });

    // With .NET's own escapes, which differ from ours: a body is signed as it is, however it was written.
    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static Gen<Id<T>> AnyId<T>()
        where T : IHasIdPrefix => Gen.Guid.Select(value => new Id<T>(value));
}
