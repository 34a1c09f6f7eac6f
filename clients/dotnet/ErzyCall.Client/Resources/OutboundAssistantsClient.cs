namespace ErzyCall.Client;

/// <summary>The assistants that talk on calls that are placed.</summary>
public sealed class OutboundAssistantsClient
{
    private readonly Transport _api;

    internal OutboundAssistantsClient(Transport api) => _api = api;

    /// <summary>Makes an assistant for outgoing calls, which speaks on those that name it as <c>assistantConfigId</c>.</summary>
    public Task<OutboundAssistant> CreateAsync(CreateOutboundAssistantRequest assistant, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateOutboundAssistant, Operations.CreateOutboundAssistant.Path, assistant, idempotencyKey, cancellationToken);

    /// <summary>One outbound assistant.</summary>
    public Task<OutboundAssistant> GetAsync(string outboundAssistantId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetOutboundAssistant, Operations.GetOutboundAssistant.At(outboundAssistantId), query: null, cancellationToken);

    /// <summary>Changes an assistant for calls created from now on; calls that exist already keep what they froze of it.</summary>
    public Task<OutboundAssistant> UpdateAsync(string outboundAssistantId, UpdateOutboundAssistantRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateOutboundAssistant, Operations.UpdateOutboundAssistant.At(outboundAssistantId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes an outbound assistant.</summary>
    public Task DeleteAsync(string outboundAssistantId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeleteOutboundAssistant, Operations.DeleteOutboundAssistant.At(outboundAssistantId), cancellationToken);

    /// <summary>All outbound assistants of the organization, newest first.</summary>
    public Task<IReadOnlyList<OutboundAssistant>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListOutboundAssistants, Operations.ListOutboundAssistants.Path, query: null, cancellationToken);
}
