using System.Text.Json;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

internal sealed record CallbackStatus(JsonElement Json)
{
    /// <summary>Reads the status; <c>null</c> for one that says nothing about the way of a message.</summary>
    public StatusReport? ToReport()
    {
        var status = Json.Part("status").Text();
        if (CallbackMessage.IdOf(Json) is not { } id
            || status is not (MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read or MessageStatus.Failed)
            || !CallbackTime.TryParse(Json.Part("timestamp").Text(), out var at))
        {
            return null;
        }

        var error = status != MessageStatus.Failed ? null
            : Json.Part("errors").Items().Select(given => new CallbackError(given).ToMetaError()).FirstOrDefault(given => given is not null)
            ?? new MetaError("unknown", "Meta gave no reason");
        var isOurs = Id<Message>.TryParse(Json.Part("biz_opaque_callback_data").Text(), out var message);
        return new StatusReport(id, isOurs ? message : null, status, at, error);
    }
}
