using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Says what creating the same call would do, and does nothing.</summary>
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

/// <param name="FirstMessage">
/// The first message with the values that the key may read; `null` when it is the text of a case or assistant that the key may not read.
/// </param>
/// <param name="Prompt">
/// The prompt with the values that the key may read; `null` when it is the text of a case or assistant that the key may not read.
/// </param>
/// <param name="UnresolvedVariables">
/// The texts that would be spoken in double braces, without these, in the first message and the prompt as they are shown.
/// </param>
/// <param name="NotSupported">
/// The settings of the assistant and of the case that the number's carrier cannot honour, by their names.
/// </param>
/// <param name="DialAt">The earliest time at which the call would be dialled; <c>null</c> when it is not allowed.</param>
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

internal sealed record CallPreviewRefusal(string Code, string Message);
