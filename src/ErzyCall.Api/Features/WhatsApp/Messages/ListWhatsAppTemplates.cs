using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// The templates of an account's business, asked of Meta each time: it approves and pauses them as it likes. When it does not answer, this
/// is 503 <c>SERVICE_UNAVAILABLE</c>. A simulated account has a few templates to try out.
/// </summary>
internal sealed partial class ListWhatsAppTemplates
{
    public static async Task<Ok<Data<IReadOnlyList<WhatsAppTemplate>>>> HandleAsync(
        Query<ListWhatsAppTemplatesQuery> query,
        Caller caller,
        ErzyCallDbContext db,
        Messengers messengers,
        ILogger<ListWhatsAppTemplates> logger,
        CancellationToken cancellationToken)
    {
        var id = query.Value.IntegrationId;
        var account = await db.WhatsAppAccounts.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("WhatsApp account"));
        if (!messengers.MaySend(account, caller.Mode))
        {
            throw new ApiException(SendWhatsAppMessage.SimulatedAccount);
        }

        try
        {
            var messenger = messengers.Find(account.IsSimulated || caller.Mode is OrganizationMode.Test);
            return TypedResults.Ok(Data.Of(await messenger.ListTemplatesAsync(account, cancellationToken)));
        }
        catch (MessengerUnavailableException unavailable)
        {
            Log.Unavailable(logger, account.Id.ToString(), unavailable.Message);
            throw new ApiException(ApiError.ServiceUnavailable);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The templates of {WhatsAppAccount} cannot be read: {Reason}")]
        public static partial void Unavailable(ILogger logger, string whatsAppAccount, string reason);
    }
}

/// <param name="IntegrationId">The WhatsApp account whose templates are asked for.</param>
internal sealed record ListWhatsAppTemplatesQuery(Id<WhatsAppAccount> IntegrationId) : IQueryParameters<ListWhatsAppTemplatesQuery>
{
    public static ListWhatsAppTemplatesQuery Read(QueryReader query) => new(
        query.ReadRequired("integrationId", Constraints.IdOf<WhatsAppAccount>()));
}
