using System.Net.Http.Headers;
using ErzyCall.Api.Features.CarrierAccounts;

namespace ErzyCall.Api.Features.Calls.Dispatch.Callbacks;

/// <summary>A carrier that reports by calling an address of this server.</summary>
internal interface ITakesCallbacks
{
    /// <summary>The name of the carrier.</summary>
    string Name { get; }

    /// <summary>Whether a callback about a call is the carrier's, by its headers alone: nothing of it has been read yet.</summary>
    bool IsAuthentic(HttpRequest request, Id<Call> call, CarrierAccount account);

    /// <summary>Reads what a callback says. It never throws, whatever the body is.</summary>
    Callback Read(Id<Call> call, ReadOnlyMemory<byte> body, DateTimeOffset now);
}

/// <summary>What a callback says.</summary>
/// <param name="Kind">The carrier's own word for the kind of callback.</param>
/// <param name="Report">What it tells of the call; <c>null</c> when it cannot be read.</param>
/// <param name="Answer">What the carrier wants to be answered; <c>null</c> when nothing in particular.</param>
internal sealed record Callback(string Kind, CarrierReport? Report, object? Answer)
{
    /// <summary>A callback of the carrier's that makes no sense. Nor would it the next time, so it is not asked for again.</summary>
    public static Callback Unreadable { get; } = new("", Report: null, Answer: null);
}

/// <summary>A carrier that keeps recordings.</summary>
internal interface IHasRecordings
{
    /// <summary>The name of the carrier.</summary>
    string Name { get; }

    /// <summary>Asks for the recording of a call. The body of the answer is still to be read.</summary>
    /// <param name="range">The part of it that is wanted; <c>null</c> for all of it.</param>
    Task<HttpResponseMessage> OpenRecordingAsync(CarrierQuestion question, RangeHeaderValue? range, CancellationToken cancellationToken);
}
