using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>A carrier's own words for why something failed.</summary>
/// <param name="Code">The carrier's code, or the status of its answer: <c>http-400</c>.</param>
/// <param name="Message">What the carrier says about it, for people; at most 500 characters.</param>
internal sealed record CarrierFailure(string Code, string Message)
{
    public const int MaxCode = 100;

    public const int MaxMessage = 500;

    public static CarrierFailure Of(string code, string message) => new(code.Cut(MaxCode), message.Cut(MaxMessage));
}
