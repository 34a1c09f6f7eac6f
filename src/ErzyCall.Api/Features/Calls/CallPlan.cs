using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.DoNotCall;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// A call as it would be placed: everything that the request refers to looked up, the script with its values, and every reason against it.
/// Creating a call acts on the first reason; the preview shows them all.
/// </summary>
/// <param name="Carrier">The name of the carrier as the number to call from is now; <c>null</c> when that cannot dial.</param>
/// <param name="ScheduledAt">The time that was asked for; <c>null</c> when the call is to be made at once.</param>
/// <param name="DialAt">The earliest time at which the call may be dialled.</param>
/// <param name="PolicyVersion">The version of the calling policy that the call was judged by.</param>
/// <param name="Refusals">
/// All reasons against the call, in the order in which creation would answer them; empty when it may be placed.
/// </param>
internal sealed record CallPlan(
    Id<Owner> OrganizationId,
    string? Carrier,
    string To,
    string From,
    Id<Contact>? ContactId,
    Id<Case>? CaseId,
    Id<OutboundAssistant>? AssistantConfigId,
    CallScript Script,
    SharedScript SharedScript,
    IReadOnlyDictionary<string, string> VariableValues,
    IReadOnlyDictionary<string, string> Metadata,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset DialAt,
    bool IgnoresPolicy,
    long PolicyVersion,
    IReadOnlyList<ApiError> Refusals)
{
    /// <summary>The error that creation would answer, or <c>null</c> when the call may be placed.</summary>
    public ApiError? FirstRefusal => Refusals is [var first, ..] ? first : null;

    /// <summary>Whether the call is stored: to be dialled, or as a failed one because its number is on the do-not-call ledger.</summary>
    public bool IsKept => FirstRefusal is null || FirstRefusal == DoNotCallErrors.OptedOut;

    /// <param name="request">The validated request.</param>
    public static async Task<CallPlan> MakeAsync(
        CreateCallRequest request,
        Caller caller,
        Carriers carriers,
        ErzyCallDbContext db,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        Make(request, caller, await CallLookups.LoadAsync([request], caller, carriers, db, now, cancellationToken), now);

    /// <param name="request">The validated request.</param>
    /// <param name="lookups">The lookups of this request at least.</param>
    public static CallPlan Make(CreateCallRequest request, Caller caller, CallLookups lookups, DateTimeOffset now)
    {
        var (to, from) = (request.To.Value, request.From.Value);
        var contactId = request.ContactId?.Value;
        var caseId = request.CaseId?.Value;
        var assistantId = request.AssistantConfigId?.Value;

        var contact = contactId is { } someContact ? lookups.Contacts.GetValueOrDefault(someContact) : null;
        var script = caseId is { } someCase ? lookups.Cases.GetValueOrDefault(someCase) : null;
        var assistant = assistantId is { } someAssistant ? lookups.Assistants.GetValueOrDefault(someAssistant) : null;
        var prompt = script?.SystemPromptId is { } promptId ? lookups.Prompts[promptId] : script?.Prompt;

        IReadOnlyDictionary<string, string> given = request.VariableValues ?? [];
        var rendered = CallScript.Render(request.FirstMessage, given, script, prompt, contact, assistant);

        var ignoresPolicy = request.IgnorePolicy is true;
        var scheduledAt = request.ScheduledAt.Value?.Value;
        var asked = scheduledAt ?? now;
        var verdict = lookups.Judge.Judge(to.Text, from.Text, asked, ignoresPolicy);

        var refusals = new List<ApiError>();
        void RefuseIf(bool reason, ApiError error)
        {
            if (reason)
            {
                refusals.Add(error);
            }
        }

        RefuseIf(ignoresPolicy && !caller.Holds(Scopes.CallingPolicyWrite), ApiError.InsufficientScope(Scopes.CallingPolicyWrite));
        RefuseIf(
            rendered.Missing.Count > 0,
            ApiError.Validation(
                $"The case requires a value for: {string.Join(", ", rendered.Missing)}",
                [.. rendered.Missing.Select(name => new FieldError($"variableValues.{name}", "Required by the case"))]));
        RefuseIf(
            rendered.TooLong.Count > 0,
            ApiError.InvalidBody([.. rendered.TooLong.Select(message => new FieldError("variableValues", message))]));
        RefuseIf(
            lookups.Judge.LineOf(from.Text) is null && from.LengthProblem is not null,
            ApiError.InvalidBody(new FieldError("from", from.LengthProblem ?? "")));
        RefuseIf(contactId is not null && contact is null, ApiError.NotFound("contact"));
        RefuseIf(caseId is not null && script is null, ApiError.NotFound("case"));
        RefuseIf(assistantId is not null && assistant is null, ApiError.NotFound("outbound assistant"));
        refusals.AddRange(verdict is CallVerdict.Refused { Reasons: var reasons } ? reasons.Select(reason => reason.Error) : []);

        return new CallPlan(
            caller.OrganizationId,
            lookups.Judge.LineOf(from.Text)?.Carrier,
            to.Text,
            from.Text,
            contactId,
            caseId,
            assistantId,
            rendered,
            lookups.SharedScriptOf(caller, script, prompt, assistant),
            given,
            request.Metadata ?? [],
            scheduledAt,
            verdict is CallVerdict.NotBefore { At: var at } ? at : asked,
            ignoresPolicy,
            lookups.Judge.PolicyVersion,
            refusals);
    }
}
