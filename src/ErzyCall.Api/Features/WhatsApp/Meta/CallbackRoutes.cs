using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>The addresses that Meta calls. They are outside <c>/api</c>: Meta has no key, it signs.</summary>
internal static class CallbackRoutes
{
    /// <summary>Meta's own limit for a callback.</summary>
    private const int LargestBody = 3 * 1024 * 1024;

    public static void MapWhatsAppCallbacks(this IEndpointRouteBuilder app)
    {
        var hooks = app.MapGroup("/hooks/whatsapp/{accountId}").ExcludeFromDescription();
        hooks.MapGet("/", ConfirmCallbackAddress.HandleAsync);
        hooks.MapPost("/", ReceiveCallback.HandleAsync).WithMetadata(new BodyLimit(LargestBody));
    }
}
