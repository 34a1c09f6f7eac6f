using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The numbers to call from and to be called on.</summary>
internal static class PhoneNumberRoutes
{
    public static void MapPhoneNumbers(this IEndpointRouteBuilder api)
    {
        var phoneNumbers = api.MapGroup("/phone-numbers").WithTags("Phone numbers");
        phoneNumbers.MapGet("/", ListPhoneNumbers.HandleAsync).RequireScope(Scopes.PhoneNumbersRead).InOneStatement();
        phoneNumbers.MapPost("/", CreatePhoneNumber.HandleAsync).RequireScope(Scopes.PhoneNumbersWrite)
            .Refuses(
                ApiError.Duplicate(PhoneNumber.NumberTaken),
                ApiError.Duplicate(PhoneNumber.NumberInUse),
                ApiError.NoRoom(PhoneNumber.MaxCount, "phone numbers"),
                AccountState.AnyUnavailable);
        phoneNumbers.MapPatch("/{phoneNumberId}", UpdatePhoneNumber.HandleAsync).RequireScope(Scopes.PhoneNumbersWrite)
            .Refuses(AccountState.AnyUnavailable);
        phoneNumbers.MapDelete("/{phoneNumberId}", DeletePhoneNumber.HandleAsync).RequireScope(Scopes.PhoneNumbersWrite)
            .Refuses(ApiError.InUse);
    }
}
