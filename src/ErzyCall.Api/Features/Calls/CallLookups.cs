using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Everything of the caller's organization that calls refer to, and the judge of those calls; looked up for one call or a thousand with the
/// same few statements.
/// </summary>
internal sealed record CallLookups(
    IReadOnlyDictionary<Id<Contact>, Contact> Contacts,
    IReadOnlyDictionary<Id<Case>, Case> Cases,
    IReadOnlyDictionary<Id<Prompt>, string> Prompts,
    IReadOnlyDictionary<Id<OutboundAssistant>, OutboundAssistant> Assistants,
    CallJudge Judge)
{
    private readonly Dictionary<(Id<Case>?, Id<OutboundAssistant>?), SharedScript> _scripts = [];

    /// <summary>The script that all calls with this case and this assistant share.</summary>
    /// <param name="casePrompt">The case's prompt, from the case itself or from the library.</param>
    public SharedScript SharedScriptOf(Caller caller, Case? script, string? casePrompt, OutboundAssistant? assistant)
    {
        var key = (script?.Id, assistant?.Id);
        if (!_scripts.TryGetValue(key, out var shared))
        {
            shared = SharedScript.Of(
                caller.OrganizationId,
                AssistantSnapshot.Of(assistant, CallScript.PromptTemplate(script, casePrompt, assistant)),
                AssistantFeatures.Of(assistant, script),
                CallScript.DefaultsOf(script));

            // Two cases may have the same content; their calls then share one script.
            _scripts[key] = shared = _scripts.Values.FirstOrDefault(known => known.Hash.AsSpan().SequenceEqual(shared.Hash)) ?? shared;
        }

        return shared;
    }

    /// <param name="requests">The validated requests.</param>
    public static async Task<CallLookups> LoadAsync(
        IReadOnlyCollection<CreateCallRequest> requests,
        Caller caller,
        Carriers carriers,
        ErzyCallDbContext db,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var contactIds = IdsOf(requests.Select(request => request.ContactId));
        var caseIds = IdsOf(requests.Select(request => request.CaseId));
        var assistantIds = IdsOf(requests.Select(request => request.AssistantConfigId));
        var to = requests.Select(request => request.To.Value.Text).Distinct().ToList();
        var from = requests.Select(request => request.From.Value.Text).Distinct().ToList();

        var contacts = await LoadAsync(db.Contacts, contactIds, caller, cancellationToken);
        var cases = await LoadAsync(db.Cases, caseIds, caller, cancellationToken);
        var promptIds = cases.Values.Select(script => script.SystemPromptId).OfType<Id<Prompt>>().Distinct().ToList();
        var prompts = await LoadAsync(db.Prompts, promptIds, caller, cancellationToken);
        var assistants = await LoadAsync(db.OutboundAssistants, assistantIds, caller, cancellationToken);
        return new CallLookups(
            contacts,
            cases,
            prompts.ToDictionary(prompt => prompt.Key, prompt => prompt.Value.Text),
            assistants,
            await CallJudge.LoadAsync(db, carriers, caller.OrganizationId, caller.Mode, to, from, now, cancellationToken));
    }

    private static List<Id<T>> IdsOf<T>(IEnumerable<Given<Id<T>>?> ids)
        where T : IHasIdPrefix =>
        [.. ids.OfType<Given<Id<T>>>().Select(id => id.Value).Distinct()];

    private static async Task<Dictionary<Id<T>, T>> LoadAsync<T>(
        IQueryable<T> rows, List<Id<T>> ids, Caller caller, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        ids.Count == 0
            ? []
            : await rows.OwnedBy(caller)
                .AsNoTracking()
                .Where(row => ids.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, cancellationToken);
}
