using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>
/// A customer's message. When it is not text, its kind is kept in brackets, with the words that it has: a caption, a place, the label of a
/// button.
/// </summary>
/// <param name="Name">The name by which the customer calls themselves.</param>
internal sealed partial record CallbackMessage(JsonElement Json, string? Name)
{
    /// <summary>The longest text that is kept, in characters; no text of Meta's is longer.</summary>
    private const int MaxText = 4_096;

    private const int MaxName = 200;

    public string? Type => Json.Part("type").Text();

    /// <summary>The number of a customer who asks to be left alone, also in a message that cannot be kept.</summary>
    public string? StoppedBy => IsNumber(From) && IsStop ? From : null;

    private string? From => Json.Part("from").Text();

    /// <summary>
    /// Whether the customer asks to be left alone, in words of their own or with a button we gave them, by its label or by what it stands
    /// for.
    /// </summary>
    private bool IsStop => Type is { } type && Said(Json.Part(type)).Any(words => words.Text() is { } text && StopWord.Is(text));

    /// <summary>Reads the message; <c>null</c> when no customer wrote it, or none whose number is known.</summary>
    public CustomerMessage? ToCustomerMessage()
    {
        // "system" tells of a customer's new number.
        if (From is not { } from
            || !IsNumber(from)
            || IdOf(Json) is not { } id
            || Type is null or "system"
            || !CallbackTime.TryParse(Json.Part("timestamp").Text(), out var at))
        {
            return null;
        }

        var name = Name is null ? null : Name.Cut(MaxName);
        return new CustomerMessage(id, from, name, InWords().Cut(MaxText), at) { IsStop = IsStop };
    }

    public static bool IsNumber(string? text) => text is not null && Digits().IsMatch(text);

    /// <summary>Meta's id of something; <c>null</c> when there is none that can be stored: one with U+0000 cannot.</summary>
    public static string? IdOf(JsonElement json) =>
        json.Part("id") is { ValueKind: JsonValueKind.String } id
        && id.GetString() is { Length: > 0 and <= Message.MaxPlatformId } text
        && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : null;

    private static IEnumerable<JsonElement> Said(JsonElement content) =>
    [
        content.Part("body"), content.Part("caption"), content.Part("text"), content.Part("payload"),
        content.Part("button_reply").Part("id"), content.Part("button_reply").Part("title"),
        content.Part("list_reply").Part("id"), content.Part("list_reply").Part("title"),
    ];

    private string InWords()
    {
        var content = Json.Part(Type!);
        return Type switch
        {
            "text" => content.Part("body").Text() ?? "",
            "button" => content.Part("text").Text() ?? "[button]",
            "interactive" => content.Part("button_reply").Part("title").Text()
                ?? content.Part("list_reply").Part("title").Text()
                ?? "[interactive]",
            "reaction" => Labelled(content.Part("emoji").Text()),
            "image" or "video" => Labelled(content.Part("caption").Text()),
            "document" => Labelled(content.Part("caption").Text() ?? content.Part("filename").Text()),
            "location" => Labelled(Place(content)),

            // Among others audio, sticker, contacts, order and what Meta itself calls unsupported.
            _ => Labelled(words: null),
        };
    }

    private static string Place(JsonElement location)
    {
        var (latitude, longitude) = (location.Part("latitude").Text(), location.Part("longitude").Text());
        var coordinates = latitude is null || longitude is null ? "" : $"{latitude},{longitude}";
        return $"{coordinates} {location.Part("name").Text()} {location.Part("address").Text()}".Trim();
    }

    private string Labelled(string? words) => string.IsNullOrEmpty(words) ? $"[{Type}]" : $"[{Type}] {words}";

    [GeneratedRegex(@"^[1-9][0-9]{1,14}\z")]
    private static partial Regex Digits();
}
