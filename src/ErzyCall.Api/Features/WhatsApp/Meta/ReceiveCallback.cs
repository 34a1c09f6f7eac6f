using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>
/// Takes what Meta tells: customers' messages, and what became of ours. The answer is 200 only when all of it is committed; with any other
/// answer Meta tells it again, and what was committed before is not taken twice. What cannot be understood would not be the next time
/// either: it is left out.
/// </summary>
internal sealed partial class ReceiveCallback
{
    public static async Task<Ok> HandleAsync(
        string accountId,
        HttpContext context,
        ErzyCallDbContext db,
        Encryption encryption,
        MetaReports reports,
        ILogger<ReceiveCallback> logger,
        CancellationToken cancellationToken)
    {
        var account = await CallbackAccount.FindAsync(db, accountId, cancellationToken);
        var body = await RequestBody.ReadAsync(context);
        var secret = AccountSecrets.AppSecretOf(account, encryption);
        if (!CallbackSignature.IsValid(context.Request.Headers[CallbackSignature.Header], body.Span, secret))
        {
            throw new ApiException(CallbackAccount.NotAuthentic);
        }

        foreach (var value in CallbackPayload.Read(body.Span))
        {
            // An address belongs to one number: what is about another one would come under the wrong account.
            if (value.PhoneNumberId != account.PhoneNumberId)
            {
                Log.OtherNumber(logger, accountId);
                continue;
            }

            await TakeAsync(account, value, db, reports, logger, cancellationToken);
        }

        return TypedResults.Ok();
    }

    private static async Task TakeAsync(
        WhatsAppAccount account,
        CallbackValue value,
        ErzyCallDbContext db,
        MetaReports reports,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        foreach (var message in value.Messages)
        {
            if (message.ToCustomerMessage() is { } received)
            {
                await reports.ReceivedAsync(account, received, cancellationToken);
                continue;
            }

            Log.NotKept(logger, account.Id.ToString());
            if (message.StoppedBy is { } customer)
            {
                await reports.StoppedAsync(account, customer, cancellationToken);
            }
        }

        foreach (var customer in value.Preferences.Select(preference => preference.StoppedBy).OfType<string>())
        {
            await reports.StoppedAsync(account, customer, cancellationToken);
        }

        foreach (var status in value.Statuses)
        {
            if (status.ToReport() is { } report)
            {
                await reports.ReportedAsync(account, report, cancellationToken);
            }
            else
            {
                Log.NoStatus(logger, account.Id.ToString());
            }
        }

        foreach (var error in value.Errors.Select(error => error.ToMetaError()).OfType<MetaError>())
        {
            if (error.Class == MetaErrorClass.Account)
            {
                await db.StopAccountAsync(account.Id, error, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The callback of {WhatsAppAccount} was told something about another phone number")]
        public static partial void OtherNumber(ILogger logger, string whatsAppAccount);

        [LoggerMessage(2, LogLevel.Information, "A message to {WhatsAppAccount} is not from a customer's number, or cannot be read")]
        public static partial void NotKept(ILogger logger, string whatsAppAccount);

        [LoggerMessage(3, LogLevel.Information, "A status told to {WhatsAppAccount} is of no known kind, or cannot be read")]
        public static partial void NoStatus(ILogger logger, string whatsAppAccount);
    }
}
