namespace ErzyCall.Client;

/// <summary>When phones may ring, and how often one number.</summary>
public sealed class CallingPolicyClient
{
    private readonly Transport _api;

    internal CallingPolicyClient(Transport api) => _api = api;


    /// <summary>Shows the calling policy of the organization; everything is off until it is set.</summary>
    public Task<CallingPolicy> GetAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetCallingPolicy, Operations.GetCallingPolicy.Path, query: null, cancellationToken);

    /// <summary>Changes the calling policy.</summary>
    public Task<CallingPolicy> UpdateAsync(UpdateCallingPolicyRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateCallingPolicy, Operations.UpdateCallingPolicy.Path, changes, idempotencyKey: null, cancellationToken);
}
