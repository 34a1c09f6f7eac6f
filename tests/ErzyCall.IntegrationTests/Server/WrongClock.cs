using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A machine's clock that is off.</summary>
internal sealed class WrongClock(TimeSpan off) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;

    /// <summary>A server on a machine with such a clock.</summary>
    public static TestServerOptions Server(TimeSpan off) => new()
    {
        Services = services => services.AddSingleton(provider => new DatabaseClock(new WrongClock(off), provider.GetRequiredService<ILogger<DatabaseClock>>())),
    };
}
