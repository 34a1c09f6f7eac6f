using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.PhoneNumbers;

internal static class PhoneNumberRoutes
{
    public static void MapPhoneNumbers(this IEndpointRouteBuilder api)
    {
        var phoneNumbers = api.MapGroup("/phone-numbers").WithTags("Phone numbers");
        phoneNumbers.MapGet("/", ListPhoneNumbers.HandleAsync).RequireScope(Scopes.PhoneNumbersRead);
        phoneNumbers.MapPost("/", CreatePhoneNumber.HandleAsync).RequireScope(Scopes.PhoneNumbersWrite);
        phoneNumbers.MapPatch("/{phoneNumberId}", UpdatePhoneNumber.HandleAsync).RequireScope(Scopes.PhoneNumbersWrite);
        phoneNumbers.MapDelete("/{phoneNumberId}", DeletePhoneNumber.HandleAsync).RequireScope(Scopes.PhoneNumbersWrite);
    }
}
