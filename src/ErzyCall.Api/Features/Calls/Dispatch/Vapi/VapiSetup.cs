using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

internal static class VapiSetup
{
    public static void AddVapi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddVapiAccounts(configuration);
        services
            .AddScoped<ICarrier>(provider => provider.GetRequiredService<VapiCarrier>())
            .AddScoped<ITakesCallbacks>(provider => provider.GetRequiredService<VapiCarrier>())
            .AddScoped<IHasRecordings>(provider => provider.GetRequiredService<VapiCarrier>());
    }

    /// <summary>Adds what commands need as well, which set up accounts.</summary>
    public static void AddVapiAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<VapiOptions>()
            .Bind(configuration.GetSection(VapiOptions.Section))
            .Validate(options => options.BaseAddress.IsAbsoluteUri, "Carriers:Vapi:BaseAddress must be an absolute address.")
            .ValidateOnStart();
        services.AddSendOnceClient<VapiCarrier>(VapiCarrier.LargestAnswer);
        services.AddScoped<ICarrierProvider>(provider => provider.GetRequiredService<VapiCarrier>()).AddScoped<CarrierProviders>();
    }
}
