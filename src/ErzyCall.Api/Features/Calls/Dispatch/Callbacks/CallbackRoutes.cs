using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Calls.Dispatch.Callbacks;

/// <summary>The addresses that carriers call. They are outside <c>/api</c>: carriers have no key, they show a token or sign.</summary>
internal static class CallbackRoutes
{
    /// <summary>1 MiB: a callback with all that was said in a long call is a fraction of it.</summary>
    private const int LargestBody = 1024 * 1024;

    private const string Root = "/hooks/carriers";

    public static string PathOf(Id<CarrierAccount> account, Id<Call> call) => $"{Root}/{account}/calls/{call}";

    public static void MapCarrierCallbacks(this IEndpointRouteBuilder app) =>
        app.MapGroup($"{Root}/{{accountId}}").ExcludeFromDescription()
            .MapPost("/calls/{callId}", TakeCallback.HandleAsync).WithMetadata(new BodyLimit(LargestBody));
}
