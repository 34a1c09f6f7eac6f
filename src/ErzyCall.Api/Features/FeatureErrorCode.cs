namespace ErzyCall.Api.Features;

/// <summary>The codes of errors that only features have, beside those that any request can meet.</summary>
internal static class FeatureErrorCode
{
    /// <summary>403: the number is in the do-not-call ledger. Nobody may call it or write to it.</summary>
    public const string ContactOptedOut = "CONTACT_OPTED_OUT";

    /// <summary>422: <c>from</c> is none of your active numbers that may dial.</summary>
    public const string InvalidPhone = "INVALID_PHONE";

    /// <summary>422: the carrier account of the number cannot be used; the message says why.</summary>
    public const string CarrierUnavailable = "CARRIER_UNAVAILABLE";

    /// <summary>422: the organization has as many webhook endpoints as it may. Delete one first.</summary>
    public const string MaxEndpoints = "MAX_ENDPOINTS";

    /// <summary>422: as many calls of the organization wait as may. Wait until some are dialled, or cancel some.</summary>
    public const string LimitReached = "LIMIT_REACHED";

    /// <summary>422: the calling policy allows no call to the number at that time.</summary>
    public const string OutsideCallingHours = "OUTSIDE_CALLING_HOURS";

    /// <summary>422: the number has been dialled as often as the calling policy allows.</summary>
    public const string CallCapReached = "CALL_CAP_REACHED";
}
