using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.DoNotCall;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>The answer to the question whether a call may be made.</summary>
internal abstract record CallVerdict
{
    /// <summary>The call may be made at the time that was asked about.</summary>
    internal sealed record Allowed : CallVerdict;

    /// <summary>The call may be made, but not before a time.</summary>
    internal sealed record NotBefore(DateTimeOffset At) : CallVerdict;

    /// <summary>The call may not be made.</summary>
    /// <param name="Reasons">All reasons, in the order in which creation answers them; at least one.</param>
    internal sealed record Refused(IReadOnlyList<CallRefusal> Reasons) : CallVerdict;
}

/// <summary>A reason why a call may not be made.</summary>
/// <param name="Error">The error that whoever asks for the call is answered with.</param>
/// <param name="EndedReason">The reason with which a call ends that has waited and may not be made when its time has come.</param>
internal sealed record CallRefusal(ApiError Error, EndedReason EndedReason)
{
    public static readonly CallRefusal OptedOut = new(DoNotCallErrors.OptedOut, EndedReason.ContactOptedOut);
    public static readonly CallRefusal CannotDial = new(CallErrors.InvalidPhone, EndedReason.CarrierFailedToConnect);
    public static readonly CallRefusal OutsideHours = new(CallErrors.OutsideCallingHours, EndedReason.OutsideCallingHours);
    public static readonly CallRefusal CapReached = new(CallErrors.CallCapReached, EndedReason.CallCapReached);

    /// <summary>The carrier refuses the account of the number that is called from, or the account is disconnected.</summary>
    public static CallRefusal CarrierUnavailable(AccountState account) =>
        new(account.Unavailable, EndedReason.CarrierFailedToConnect);
}
