namespace ErzyCall.Api.Features.Console;

internal static class ConsoleSetup
{
    public static void AddConsole(this IServiceCollection services) => services.AddSingleton<EventStreams>();
}
