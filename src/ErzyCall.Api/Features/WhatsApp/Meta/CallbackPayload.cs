using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>
/// A callback of the fields <c>messages</c> and <c>user_preferences</c>, as documented at
/// developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference. It may bring much at once, and Meta repeats only
/// the whole of it: so every part is read by itself, and a part that is not of the documented shape counts as not there.
/// </summary>
internal static partial class CallbackPayload
{
    private const int MaxDepth = 1_000;

    /// <summary>Reads what happened, under every account that is told of.</summary>
    /// <exception cref="ApiException"><c>INVALID_JSON</c>.</exception>
    public static IReadOnlyList<CallbackValue> Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var root = JsonElement.Parse(Readable(body), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return root.ValueKind is JsonValueKind.Object
                ? [.. root.Part("entry").Items().SelectMany(entry => entry.Part("changes").Items())
                    .Where(change => change.Part("field").Text() is "messages" or "user_preferences")
                    .Select(change => new CallbackValue(change.Part("value")))]
                : throw new ApiException(ApiError.InvalidJson("Request body is not a callback"));
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.InvalidJson("Request body is not a callback"));
        }
    }

    /// <summary>The member of an object; undefined when there is no such member, or no object.</summary>
    public static JsonElement Part(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : default;

    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind is JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>A text, or a number as it is written; without U+0000, which PostgreSQL cannot store.</summary>
    public static string? Text(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!.Replace("\0", "", StringComparison.Ordinal),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    /// <summary>
    /// The body as text, with U+FFFD for what is not Unicode, be it bytes or half of an escaped pair: a string with such a thing in it
    /// could not be read at all.
    /// </summary>
    private static string Readable(ReadOnlySpan<byte> body) =>
        Escape().Replace(
            Encoding.UTF8.GetString(body).TrimStart('\uFEFF'), escape => escape.Groups["half"].Success ? @"\ufffd" : escape.Value);

    [GeneratedRegex(
        @"\\(?:u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Escape();
}

/// <summary>The part of a callback that tells what happened under one number.</summary>
internal sealed record CallbackValue(JsonElement Json)
{
    public string? PhoneNumberId => Json.Part("metadata").Part("phone_number_id").Text();

    public IEnumerable<CallbackStatus> Statuses => Json.Part("statuses").Items().Select(status => new CallbackStatus(status));

    public IEnumerable<CallbackMessage> Messages => Json.Part("messages").Items()
        .Select(message => new CallbackMessage(message, NameOf(message.Part("from").Text())));

    public IEnumerable<CallbackPreference> Preferences => Json.Part("user_preferences").Items()
        .Select(preference => new CallbackPreference(preference));

    public IEnumerable<CallbackError> Errors => Json.Part("errors").Items().Select(error => new CallbackError(error));

    private string? NameOf(string? waId) =>
        Json.Part("contacts").Items()
            .Where(contact => contact.Part("wa_id").Text() == waId)
            .Select(contact => contact.Part("profile").Part("name").Text())
            .FirstOrDefault();
}
