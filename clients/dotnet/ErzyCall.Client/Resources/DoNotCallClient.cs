namespace ErzyCall.Client;

/// <summary>The numbers that must not be called or messaged.</summary>
public sealed class DoNotCallClient
{
    private readonly Transport _api;

    internal DoNotCallClient(Transport api) => _api = api;

    /// <summary>The numbers that must not be called or messaged, the latest first; those that were lifted are not among them.</summary>
    public PagedList<DoNotCallEntry> List(ListDoNotCallEntriesQuery? query = null) => _api.List(Operations.ListDoNotCallEntries, Operations.ListDoNotCallEntries.Path, query);

    /// <summary>Enters a number. Waiting calls to it are cancelled, and one that rings is hung up.</summary>
    public Task<DoNotCallEntry> BlockAsync(BlockNumberRequest entry, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.BlockNumber, Operations.BlockNumber.Path, entry, idempotencyKey, cancellationToken);

    /// <summary>Enters many numbers: the results come in the order of the items.</summary>
    public Task<IReadOnlyList<DoNotCallEntryBatchResult>> BlockManyAsync(BlockNumbersRequest entries, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.BlockNumbers, Operations.BlockNumbers.Path, entries, idempotencyKey, cancellationToken);

    /// <summary>The entry of a number that must not be called or messaged, in whatever form it is written: 404 when it may be.</summary>
    public Task<DoNotCallEntry> GetAsync(string phone, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetDoNotCallEntry, Operations.GetDoNotCallEntry.At(phone), query: null, cancellationToken);

    /// <summary>Lifts the entry of a number, which may be called again then.</summary>
    public Task UnblockAsync(string phone, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.UnblockNumber, Operations.UnblockNumber.At(phone), cancellationToken);
}
