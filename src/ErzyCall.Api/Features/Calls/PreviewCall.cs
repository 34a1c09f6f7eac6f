using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Says what creating the same call would do, and does nothing.</summary>
internal static class PreviewCall
{
    public static async Task<Ok<Data<CallPreview>>> HandleAsync(
        Body<CreateCallRequest> body,
        Caller caller,
        Carriers carriers,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var plan = await CallPlan.MakeAsync(body.Value, caller, carriers, db, cancellationToken);
        var allowed = plan.Refusals.Count == 0;
        return TypedResults.Ok(Data.Of(new CallPreview(
            allowed,
            [.. plan.Refusals.Select(refusal => new CallPreviewRefusal(refusal.Code, refusal.Message))],
            plan.From,
            plan.To,
            plan.AssistantConfigId,
            plan.Script.FirstMessage,
            plan.Script.Prompt,
            plan.Script.Unresolved,
            allowed ? plan.ScheduledAt ?? clock.Now() : null)));
    }
}

/// <param name="UnresolvedVariables">Placeholders that would be spoken as they are written.</param>
/// <param name="DialAt">When the call would be dialled at the earliest; <c>null</c> when it is not allowed.</param>
internal sealed record CallPreview(
    bool Allowed,
    IReadOnlyList<CallPreviewRefusal> Refusals,
    string From,
    string To,
    Id<OutboundAssistant>? AssistantConfigId,
    string FirstMessage,
    string Prompt,
    IReadOnlyList<string> UnresolvedVariables,
    DateTimeOffset? DialAt);

internal sealed record CallPreviewRefusal(string Code, string Message);
