using System.Globalization;
using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The consequence of an error of Meta's.</summary>
internal enum MetaErrorClass
{
    /// <summary>This message cannot be sent or delivered; nothing else follows.</summary>
    Message,

    /// <summary>The customer's window has closed: a template may still be sent.</summary>
    WindowClosed,

    /// <summary>The customer has asked not to be written to: the number goes on the do-not-call ledger.</summary>
    Stop,

    /// <summary>Too many messages go to this customer: the message waits.</summary>
    CustomerThrottled,

    /// <summary>Too many messages come from this account: all its messages wait.</summary>
    AccountThrottled,

    /// <summary>The message was not sent, for reasons of Meta's that pass.</summary>
    Temporary,

    /// <summary>The account is unusable until somebody acts; its messages wait.</summary>
    Account,
}

/// <summary>
/// An error as Meta answers it to a sending, or reports it with the status <c>failed</c>. The table below is from Meta's list of error
/// codes, developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes: only codes that it explains as "not sent,
/// try again" let a message be sent again.
/// </summary>
/// <param name="Code">Meta's number as text.</param>
internal sealed record MetaError(string Code, string Message)
{
    public const int WindowClosedCode = 131047;

    public const int UndeliverableCode = 131026;

    public const int TooManyRequestsCode = 130429;

    /// <summary>
    /// The longest text of an error, in characters. Customers of this server read Meta's words, which may be as long as an answer.
    /// </summary>
    private const int MaxMessage = 500;

    public static MetaError Of(int code, string? message) => new(
        code.ToString(CultureInfo.InvariantCulture),
        string.IsNullOrWhiteSpace(message)
            ? "Meta gave no reason"
            : message.Cut(MaxMessage));

    public MetaErrorClass Class =>
        int.TryParse(Code, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? ClassOf(code) : MetaErrorClass.Message;

    public MessageError ForMessage => new(Code, Message);

    public static MetaErrorClass ClassOf(int code) => code switch
    {
        // Re-engagement message: more than 24 hours since the customer's last one.
        WindowClosedCode => MetaErrorClass.WindowClosed,

        // The customer has stopped this business's marketing messages.
        131050 => MetaErrorClass.Stop,

        // Pair rate limit: too many messages to the same customer.
        131056 => MetaErrorClass.CustomerThrottled,

        // App, business account and number rate limits, and the limit after too many blocked messages.
        4 or 80007 or TooManyRequestsCode or 131048 => MetaErrorClass.AccountThrottled,

        // "Message failed to send because of an unknown error", service unavailable, account in maintenance, number being set up.
        131000 or 131016 or 131057 or 133004 => MetaErrorClass.Temporary,

        // Authentication, capability, permission (10, 200-299, 131005), token expired; phone number deleted or not registered.
        0 or 3 or 10 or 33 or 190 or (>= 200 and <= 299) or 131005 or 133010 => MetaErrorClass.Account,

        // Blocked for policy violations, locked, not paid for, incorrect certificate.
        368 or 131031 or 131042 or 131045 => MetaErrorClass.Account,

        // Among others 131026 undeliverable, 130497 not allowed in the customer's country, 132xxx template errors, 100 and 131008/9 invalid
        // parameters.
        _ => MetaErrorClass.Message,
    };
}
