namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The reasons of our own for which a message fails.</summary>
internal static class MessageErrors
{
    public static MessageError OptedOut { get; } = new("contact-opted-out", "The number is on the do-not-call list");

    public static MessageError WindowClosed { get; } =
        MetaError.Of(MetaError.WindowClosedCode, "More than 24 hours have passed since the customer's last message").ForMessage;

    public static MessageError NotSentInTime { get; } = new("deadline-exceeded", "It could not be sent in time");

    public static MessageError AccountNotActive { get; } =
        new("account-not-active", "The account was not active until it was too late to send");

    public static MessageError Simulated { get; } =
        new("account-simulated", "The account is a simulated one, which a live organization cannot send with");

    /// <summary>The message may have arrived; it is not sent again.</summary>
    public static MessageError Unknown { get; } =
        new("send-unknown", "It is not known whether the message was sent: Meta neither answered nor reported");
}
