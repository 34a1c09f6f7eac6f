using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Replica;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Place calls, follow them, cancel them.</summary>
internal static class CallRoutes
{
    public const string Tag = "Calls";

    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags(Tag);
        calls.MapGet("/", ListCalls.HandleAsync).RequireScope(Scopes.CallsRead).Refuses(ApiError.NotFound("contact"))
            .InOneStatementWhen(ListCalls.IsReadInOneStatement).FromReplica();
        calls.MapPost("/", CreateCall.HandleAsync).RequireScope(Scopes.CallsWrite)
            .Refuses(
                DoNotCallErrors.OptedOut,
                ApiError.InsufficientScope(Scopes.CallingPolicyWrite),
                CallErrors.InvalidPhone,
                AccountState.AnyUnavailable,
                CallErrors.OutsideCallingHours,
                CallErrors.CallCapReached,
                CallErrors.TooManyWait);
        calls.MapPost("/batch", CreateCalls.HandleAsync).RequireScope(Scopes.CallsWrite).WithMetadata(BodyLimit.Batch);
        calls.MapPost("/preview", PreviewCall.HandleAsync).RequireScope(Scopes.CallsWrite);
        calls.MapGet("/{callId}", GetCall.HandleAsync).RequireScope(Scopes.CallsRead).InOneStatement();
        calls.MapGet("/{callId}/recording", GetCallRecording.HandleAsync).RequireScope(Scopes.CallsRead)
            .Refuses(ApiError.NotFound("recording"));
        calls.MapPost("/{callId}/cancel", CancelCall.HandleAsync).RequireScope(Scopes.CallsWrite)
            .Refuses(CallErrors.NotCancellable(CallStatus.Ended));
    }
}
