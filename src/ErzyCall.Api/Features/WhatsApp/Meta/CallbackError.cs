using System.Globalization;
using System.Text.Json;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

internal sealed record CallbackError(JsonElement Json)
{
    /// <summary>Reads the error; <c>null</c> when it has no code.</summary>
    public MetaError? ToMetaError()
    {
        var details = Json.Part("error_data").Part("details").Text();
        return int.TryParse(Json.Part("code").Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? MetaError.Of(code, string.IsNullOrEmpty(details) ? Json.Part("message").Text() ?? Json.Part("title").Text() : details)
            : null;
    }
}
