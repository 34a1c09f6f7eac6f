namespace ErzyCall.Api.Features.DoNotCall;

internal static class DoNotCallSetup
{
    public static void AddDoNotCall(this IServiceCollection services) =>
        services.AddScoped<LedgerWriter>();
}
