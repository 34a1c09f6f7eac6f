using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

internal static class CallbackAccount
{
    public static ApiError NotAuthentic { get; } = ApiError.Unauthorized with { Message = "Not signed by Meta" };

    /// <summary>Finds the account whose callback address this is. Simulated ones have none.</summary>
    /// <exception cref="ApiException"><c>NOT_FOUND</c>, whatever is wrong with the id.</exception>
    public static async Task<WhatsAppAccount> FindAsync(ErzyCallDbContext db, string accountId, CancellationToken cancellationToken) =>
        Id<WhatsAppAccount>.TryParse(accountId, out var id)
        && await db.WhatsAppAccounts
            .AsNoTracking()
            .SingleOrDefaultAsync(account => account.Id == id && !account.IsSimulated, cancellationToken) is { } account
            ? account
            : throw new ApiException(ApiError.UnknownPath);
}
