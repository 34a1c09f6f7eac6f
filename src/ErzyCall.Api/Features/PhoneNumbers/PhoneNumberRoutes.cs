using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The numbers to call from and to be called on.</summary>
internal static class PhoneNumberRoutes
{
    public static void MapPhoneNumbers(this IEndpointRouteBuilder api)
    {
        var phoneNumbers = api.MapGroup("/phone-numbers").WithTags("Phone numbers");
        phoneNumbers.MapGet("/", ListPhoneNumbers.HandleAsync).RequireScope(Scopes.PhoneNumbersRead);
    }
}
