namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The answer to a request that would reach a number on the ledger.</summary>
internal static class DoNotCallErrors
{
    public static ApiError OptedOut { get; } =
        new(FeatureErrorCode.ContactOptedOut, StatusCodes.Status403Forbidden, "This number is on the do-not-call list");
}
