using System.Text;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>Answers Meta's check of a callback address: who knows the verify token is given its challenge back.</summary>
internal static class ConfirmCallbackAddress
{
    public static async Task<ContentHttpResult> HandleAsync(
        string accountId, HttpRequest request, ErzyCallDbContext db, Encryption encryption, CancellationToken cancellationToken)
    {
        var account = await CallbackAccount.FindAsync(db, accountId, cancellationToken);
        var token = AccountSecrets.VerifyTokenOf(account, encryption);
        var isAuthentic = request.Query["hub.mode"] == "subscribe"
            && SecretText.AreEqual(request.Query["hub.verify_token"].ToString(), token);
        return isAuthentic
            ? TypedResults.Text(request.Query["hub.challenge"].ToString(), "text/plain", Encoding.UTF8)
            : throw new ApiException(CallbackAccount.NotAuthentic);
    }
}
