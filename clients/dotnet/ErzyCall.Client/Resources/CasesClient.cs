namespace ErzyCall.Client;

/// <summary>Reusable call scripts.</summary>
public sealed class CasesClient
{
    private readonly Transport _api;

    internal CasesClient(Transport api) => _api = api;

    /// <summary>Makes a case, with which calls can be placed from now on.</summary>
    public Task<Case> CreateAsync(CreateCaseRequest script, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateCase, Operations.CreateCase.Path, script, idempotencyKey, cancellationToken);

    /// <summary>One case in full.</summary>
    public Task<Case> GetAsync(string caseId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetCase, Operations.GetCase.At(caseId), query: null, cancellationToken);

    /// <summary>Changes a case for calls created from now on; calls that exist already keep the script that they froze.</summary>
    public Task<Case> UpdateAsync(string caseId, UpdateCaseRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateCase, Operations.UpdateCase.At(caseId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes a case.</summary>
    public Task DeleteAsync(string caseId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeleteCase, Operations.DeleteCase.At(caseId), cancellationToken);

    /// <summary>The organization's cases, newest first.</summary>
    public PagedList<CaseListItem> List(ListCasesQuery? query = null) => _api.List(Operations.ListCases, Operations.ListCases.Path, query);
}
