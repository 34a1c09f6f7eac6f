using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.PhoneNumbers;

internal static class PhoneNumberSetup
{
    public static void AddPhoneNumbers(this IServiceCollection services) => services.AddScoped<NumberLines>().AddExamples(new()
    {
        ["phoneNumber"] = "+14155559999",
        ["country"] = "US",
        ["label"] = "Reception",
        ["provider"] = "simulator",
    });
}
