namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>What is answered to whoever wants to reach a number that is on the ledger.</summary>
internal static class DoNotCallErrors
{
    public static ApiError OptedOut { get; } =
        new("CONTACT_OPTED_OUT", StatusCodes.Status403Forbidden, "This number is on the do-not-call list");
}
