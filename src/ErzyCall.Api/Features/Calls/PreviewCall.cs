using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Says what creating the same call would do, and does nothing. Every reason why the call would be refused is among <c>refusals</c>; only
/// malformed input is an error. What a key may not read of a contact, a case or an assistant is not shown to it.
/// </summary>
internal static class PreviewCall
{
    public static async Task<Ok<Data<CallPreview>>> HandleAsync(
        Body<CreateCallRequest> body,
        Caller caller,
        Carriers carriers,
        ErzyCallDbContext db,
        IOptions<CallOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var plan = await CallPlan.MakeAsync(body.Value, caller, carriers, db, clock.Now(), cancellationToken);
        var hasRoom = await WaitingCalls.HasRoomAsync(db, caller, options.Value, cancellationToken);
        IReadOnlyList<ApiError> refusals = hasRoom ? plan.Refusals : [.. plan.Refusals, CallErrors.TooManyWait];
        var (firstMessage, prompt, unresolved) = plan.Script.ShownTo(caller.Holds);
        var script = plan.SharedScript.Content;
        var allowed = refusals.Count == 0;
        return TypedResults.Ok(Data.Of(new CallPreview(
            allowed,
            [.. refusals.Select(refusal => new CallPreviewRefusal(refusal.Code, refusal.Message))],
            plan.From,
            plan.To,
            plan.AssistantConfigId,
            firstMessage,
            prompt,
            unresolved,
            plan.Carrier is { } carrier ? carriers.Find(carrier).NotSupported(script.Assistant, script.Features) : [],
            allowed ? plan.DialAt : null)));
    }
}

/// <summary>What creating a call would do.</summary>
/// <param name="Allowed">Whether the call would be placed.</param>
/// <param name="Refusals">
/// Every reason why the call would be refused, the one first that creating it would answer; empty when it is allowed.
/// </param>
/// <param name="From">The number that would be called from.</param>
/// <param name="To">The number that would be called.</param>
/// <param name="AssistantConfigId">The outbound assistant of the request; <c>null</c> when the platform's defaults would speak.</param>
/// <param name="FirstMessage">
/// The first message with the values that the key may read; <c>null</c> when it is the text of a case or assistant that the key may not
/// read.
/// </param>
/// <param name="Prompt">
/// The prompt with the values that the key may read; <c>null</c> when it is the text of a case or assistant that the key may not read.
/// </param>
/// <param name="UnresolvedVariables">
/// The texts that would be spoken in double braces, without these, in the first message and the prompt as they are shown.
/// </param>
/// <param name="NotSupported">
/// The settings of the assistant and of the case that the number's carrier cannot honour, by their names.
/// </param>
/// <param name="DialAt">The earliest time at which the call would be dialled; <c>null</c> when it is not allowed.</param>
[Example("""{"allowed":true,"refusals":[],"unresolvedVariables":[],"notSupported":[]}""")]
internal sealed record CallPreview(
    bool Allowed,
    IReadOnlyList<CallPreviewRefusal> Refusals,
    string From,
    string To,
    Id<OutboundAssistant>? AssistantConfigId,
    string? FirstMessage,
    string? Prompt,
    IReadOnlyList<string> UnresolvedVariables,
    IReadOnlyList<string> NotSupported,
    DateTimeOffset? DialAt);

/// <summary>A reason why a call would be refused.</summary>
/// <param name="Code">The code of the error that creating the call would answer.</param>
/// <param name="Message">The message of that error, for people.</param>
internal sealed record CallPreviewRefusal([property: OneOf(typeof(ErrorCode))] string Code, string Message);
