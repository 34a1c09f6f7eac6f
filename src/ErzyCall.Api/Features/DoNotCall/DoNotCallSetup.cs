using ErzyCall.Api.Platform.Persistence;

namespace ErzyCall.Api.Features.DoNotCall;

internal static class DoNotCallSetup
{
    public static void AddDoNotCall(this IServiceCollection services) =>
        services.AddScoped<LedgerWriter>().AddScoped<IBringsRowsOver, BringLedgerOver>();
}
