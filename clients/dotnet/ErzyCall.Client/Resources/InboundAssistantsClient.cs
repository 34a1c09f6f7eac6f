namespace ErzyCall.Client;

/// <summary>The assistants that answer calls.</summary>
public sealed class InboundAssistantsClient
{
    private readonly Transport _api;

    internal InboundAssistantsClient(Transport api) => _api = api;

    /// <summary>Makes an assistant for calls that come in.</summary>
    public Task<InboundAssistant> CreateAsync(CreateInboundAssistantRequest assistant, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateInboundAssistant, Operations.CreateInboundAssistant.Path, assistant, idempotencyKey, cancellationToken);

    /// <summary>One inbound assistant.</summary>
    public Task<InboundAssistant> GetAsync(string inboundAssistantId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetInboundAssistant, Operations.GetInboundAssistant.At(inboundAssistantId), query: null, cancellationToken);

    /// <summary>Changes an inbound assistant for the calls that it answers from now on.</summary>
    public Task<InboundAssistant> UpdateAsync(string inboundAssistantId, UpdateInboundAssistantRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateInboundAssistant, Operations.UpdateInboundAssistant.At(inboundAssistantId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes an inbound assistant.</summary>
    public Task DeleteAsync(string inboundAssistantId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeleteInboundAssistant, Operations.DeleteInboundAssistant.At(inboundAssistantId), cancellationToken);

    /// <summary>All inbound assistants of the organization, newest first.</summary>
    public Task<IReadOnlyList<InboundAssistant>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListInboundAssistants, Operations.ListInboundAssistants.Path, query: null, cancellationToken);
}
