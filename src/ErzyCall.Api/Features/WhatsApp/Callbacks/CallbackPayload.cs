using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.WhatsApp.Sending;
using ErzyCall.Api.Features.WhatsApp.Sending.MetaCloud;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;

namespace ErzyCall.Api.Features.WhatsApp.Callbacks;

/// <summary>
/// A callback of the field <c>messages</c>, as documented at developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages.
/// Fields that are not needed are not read.
/// </summary>
internal sealed record CallbackPayload(IReadOnlyList<CallbackEntry>? Entry)
{
    private const string MessagesField = "messages";

    public IEnumerable<CallbackValue> Values =>
        (Entry ?? []).SelectMany(entry => entry.Changes ?? []).Where(change => change is { Field: MessagesField, Value: not null }).Select(change => change.Value!);

    /// <exception cref="ApiException"><c>INVALID_JSON</c>.</exception>
    public static CallbackPayload Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<CallbackPayload>(body, CloudJson.Options) ?? new CallbackPayload(Entry: null);
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.InvalidJson("Request body is not a callback"));
        }
    }
}

internal sealed record CallbackEntry(IReadOnlyList<CallbackChange>? Changes);

internal sealed record CallbackChange(string? Field, CallbackValue? Value);

internal sealed record CallbackValue(
    CallbackMetadata? Metadata,
    IReadOnlyList<CallbackContact>? Contacts,
    IReadOnlyList<CallbackMessage>? Messages,
    IReadOnlyList<CallbackStatus>? Statuses,
    IReadOnlyList<CloudError>? Errors);

internal sealed record CallbackMetadata(string? PhoneNumberId);

internal sealed record CallbackContact(CallbackProfile? Profile, string? WaId);

internal sealed record CallbackProfile(string? Name);

internal sealed record CallbackStatus(string? Id, string? Status, string? Timestamp, string? BizOpaqueCallbackData, IReadOnlyList<CloudError>? Errors)
{
    /// <summary><c>null</c> for a status that says nothing about the way of a message.</summary>
    public StatusReport? ToReport()
    {
        if (Id is not { Length: > 0 and <= CallbackMessage.MaxId }
            || Status is not (MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read or MessageStatus.Failed)
            || !CallbackTime.TryParse(Timestamp, out var at))
        {
            return null;
        }

        var error = Status != MessageStatus.Failed ? null
            : Errors is [{ Code: { } code } first, ..] ? PlatformError.Of(code, first.Describe())
            : new PlatformError("unknown", "The platform gave no reason");
        return new StatusReport(Id, Id<Message>.TryParse(BizOpaqueCallbackData, out var message) ? message : null, Status, at, error);
    }
}

/// <summary>A customer's message. Of what is not text, what it says in words is kept: a caption, a place, the label of a button; and what it was, in brackets.</summary>
internal sealed partial record CallbackMessage(
    string? From,
    string? Id,
    string? Timestamp,
    string? Type,
    CallbackText? Text,
    CallbackMedia? Image,
    CallbackMedia? Video,
    CallbackMedia? Document,
    CallbackButton? Button,
    CallbackInteractive? Interactive,
    CallbackReaction? Reaction,
    CallbackLocation? Location)
{
    public const int MaxId = 200;

    private const int MaxText = 4_096;

    private const int MaxName = 200;

    /// <summary><c>null</c> when no customer wrote it, or none whose number is known.</summary>
    public CustomerMessage? ToCustomerMessage(IReadOnlyList<CallbackContact>? contacts)
    {
        // "system" tells of a customer's new number.
        if (From is null || !Digits().IsMatch(From) || Id is not { Length: > 0 and <= MaxId } || Type is null or "system" || !CallbackTime.TryParse(Timestamp, out var at))
        {
            return null;
        }

        var name = contacts?.FirstOrDefault(contact => contact.WaId == From)?.Profile?.Name;
        return new CustomerMessage(Id, From, name is null ? null : Clean(name, MaxName), Clean(InWords(), MaxText), at);
    }

    private string InWords() => Type switch
    {
        "text" => Text?.Body ?? "",
        "button" => Button?.Text ?? "[button]",
        "interactive" => Interactive?.ButtonReply?.Title ?? Interactive?.ListReply?.Title ?? "[interactive]",
        "reaction" => Labelled(Reaction?.Emoji),
        "image" => Labelled(Image?.Caption),
        "video" => Labelled(Video?.Caption),
        "document" => Labelled(Document?.Caption ?? Document?.Filename),
        "location" => Labelled(Location is null ? null : string.Create(CultureInfo.InvariantCulture, $"{Location.Latitude},{Location.Longitude} {Location.Name} {Location.Address}").Trim()),

        // Among others audio, sticker, contacts, order and what the platform itself calls unsupported.
        _ => Labelled(words: null),
    };

    private string Labelled(string? words) => string.IsNullOrEmpty(words) ? $"[{Type}]" : $"[{Type}] {words}";

    // PostgreSQL cannot store U+0000; and nothing of the platform's is longer.
    private static string Clean(string text, int longest)
    {
        var clean = text.Replace("\0", "", StringComparison.Ordinal);
        return clean.Length <= longest ? clean : clean[..(char.IsHighSurrogate(clean[longest - 1]) ? longest - 1 : longest)];
    }

    [GeneratedRegex(@"^[1-9][0-9]{1,14}\z")]
    private static partial Regex Digits();
}

internal sealed record CallbackText(string? Body);

internal sealed record CallbackMedia(string? Caption, string? Filename);

internal sealed record CallbackButton(string? Text);

internal sealed record CallbackInteractive(CallbackReply? ButtonReply, CallbackReply? ListReply);

internal sealed record CallbackReply(string? Title);

internal sealed record CallbackReaction(string? Emoji);

internal sealed record CallbackLocation(double Latitude, double Longitude, string? Name, string? Address);

/// <summary>Seconds since 1970, as text.</summary>
internal static class CallbackTime
{
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        var isTime = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253_402_300_799;
        time = isTime ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return isTime;
    }
}
