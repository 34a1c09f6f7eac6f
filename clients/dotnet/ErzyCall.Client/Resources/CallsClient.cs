using System.Net.Http.Headers;

namespace ErzyCall.Client;

/// <summary>Calls: placed, looked at, cancelled.</summary>
public sealed class CallsClient
{
    private static readonly TimeSpan s_pollEvery = TimeSpan.FromSeconds(1);

    private readonly Transport _api;

    internal CallsClient(Transport api) => _api = api;

    /// <summary>Places a call, now or at <c>ScheduledAt</c>. It answers before anybody's phone rings.</summary>
    public Task<Call> CreateAsync(CreateCallRequest call, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateCall, Operations.CreateCall.Path, call, idempotencyKey, cancellationToken);

    /// <summary>One call in full, with its transcript.</summary>
    public Task<Call> GetAsync(string callId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetCall, Operations.GetCall.At(callId), query: null, cancellationToken);

    /// <summary>The organization's calls, newest first: those that pass all filters.</summary>
    public PagedList<CallListItem> List(ListCallsQuery? query = null) => _api.List(Operations.ListCalls, Operations.ListCalls.Path, query);

    /// <summary>Places many calls, each judged by itself: the results come in the order of the items.</summary>
    public Task<IReadOnlyList<CallBatchResult>> CreateManyAsync(CreateCallsRequest calls, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateCalls, Operations.CreateCalls.Path, calls, idempotencyKey, cancellationToken);

    /// <summary>What placing a call would do, without doing it.</summary>
    public Task<CallPreview> PreviewAsync(CreateCallRequest call, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.PreviewCall, Operations.PreviewCall.Path, call, idempotencyKey: null, cancellationToken);

    /// <summary>Cancels a call; one that rings or is talked on is hung up.</summary>
    public Task<Call> CancelAsync(string callId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CancelCall, Operations.CancelCall.At(callId), idempotencyKey, cancellationToken);

    /// <summary>Waits until a call is over and reads it. Where many calls go on at once, let a webhook tell you instead.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="pollEvery">The time between two looks: a second unless you say otherwise.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Call> WaitForEndAsync(string callId, TimeSpan? pollEvery = null, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var call = await GetAsync(callId, cancellationToken).ConfigureAwait(false);
            if (call.EndedAt is not null)
            {
                return call;
            }

            await Task.Delay(pollEvery ?? s_pollEvery, _api.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The recording of a call, of which nothing has been read yet.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="range">A part of it; all of it unless you say otherwise.</param>
    /// <param name="cancellationToken">Ends the request, but not the reading of its stream.</param>
    public async Task<CallRecording> OpenRecordingAsync(string callId, RangeHeaderValue? range = null, CancellationToken cancellationToken = default) =>
        await CallRecording.OfAsync(
            await _api.OpenAsync(Operations.GetCallRecording, Operations.GetCallRecording.At(callId), range, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
}
