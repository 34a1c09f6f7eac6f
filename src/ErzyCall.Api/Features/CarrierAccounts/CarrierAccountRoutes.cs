using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>The accounts with carriers that ring real phones.</summary>
internal static class CarrierAccountRoutes
{
    public static void MapCarrierAccounts(this IEndpointRouteBuilder api) =>
        api.MapGroup("/carrier-accounts").WithTags("Phone numbers")
            .MapGet("/", ListCarrierAccounts.HandleAsync).RequireScope(Scopes.PhoneNumbersRead).InOneStatement();
}
