namespace ErzyCall.Api.Features.Calls;

/// <summary>The errors of calls: a call is not made, or does not allow a change.</summary>
internal static class CallErrors
{
    public static ApiError InvalidPhone { get; } =
        new(
            FeatureErrorCode.InvalidPhone,
            StatusCodes.Status422UnprocessableEntity,
            "'from' is not an active, outbound-capable phone number of this organization");

    public static ApiError OutsideCallingHours { get; } =
        new(
            FeatureErrorCode.OutsideCallingHours,
            StatusCodes.Status422UnprocessableEntity,
            "The calling policy does not allow a call to this number at that time");

    public static ApiError CallCapReached { get; } =
        new(
            FeatureErrorCode.CallCapReached,
            StatusCodes.Status422UnprocessableEntity,
            "This number has been dialled as often as the calling policy allows");

    public static ApiError TooManyWait { get; } =
        new(
            FeatureErrorCode.LimitReached,
            StatusCodes.Status422UnprocessableEntity,
            "The organization has as many calls waiting to be dialled as it may have");

    public static ApiError CalledAlready { get; } =
        ApiError.Conflict("The batch calls this number already, less than an hour before or after. With allowDuplicates it may");

    public static ApiError NotCancellable(string status) => ApiError.InvalidState($"A call in status '{status}' cannot be cancelled");
}
