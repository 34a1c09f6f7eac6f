using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>Why something failed: in the carrier's own words, or in the server's where it could not ask the carrier.</summary>
/// <param name="Code">The carrier's code, the status of its answer as <c>http-400</c>, or a code of the server.</param>
/// <param name="Message">What is said about it, for people; at most 500 characters.</param>
internal sealed record CarrierFailure(string Code, string Message)
{
    public const int MaxCode = 100;

    public const int MaxMessage = 500;

    public static CarrierFailure Of(string code, string message) => new(code.Cut(MaxCode), message.Cut(MaxMessage));
}
