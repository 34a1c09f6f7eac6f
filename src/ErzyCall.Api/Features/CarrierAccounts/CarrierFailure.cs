using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>A carrier's own words for why something failed.</summary>
/// <param name="Code">The carrier's code, or the status of its answer: `http-400`.</param>
internal sealed record CarrierFailure(string Code, string Message)
{
    public const int MaxCode = 100;

    public const int MaxMessage = 500;

    public static CarrierFailure Of(string code, string message) => new(code.Cut(MaxCode), message.Cut(MaxMessage));
}
