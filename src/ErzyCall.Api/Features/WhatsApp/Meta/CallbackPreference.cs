using System.Text.Json;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>A customer's choice, in WhatsApp itself, whether they want this business's marketing messages.</summary>
internal sealed record CallbackPreference(JsonElement Json)
{
    /// <summary>
    /// The number of a customer who is to be left alone; <c>null</c> for any other choice. A customer who wants Meta's marketing messages
    /// again has not asked for calls.
    /// </summary>
    public string? StoppedBy =>
        Json.Part("value").Text() == "stop" && CallbackMessage.IsNumber(Json.Part("wa_id").Text()) ? Json.Part("wa_id").Text() : null;
}
