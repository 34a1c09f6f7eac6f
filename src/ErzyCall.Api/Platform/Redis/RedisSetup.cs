using StackExchange.Redis;

namespace ErzyCall.Api.Platform.Redis;

internal static class RedisSetup
{
    /// <summary>
    /// The time that a command may take. A healthy Redis answers in a millisecond; whoever waits a second for a cache is better served
    /// without it.
    /// </summary>
    public const int CommandTimeoutMilliseconds = 1_000;

    private const int ConnectTimeoutMilliseconds = 2_000;

    public static void AddRedis(this IServiceCollection services) =>
        services
            .AddSingleton<IConnectionMultiplexer>(provider =>
            {
                var options = RedisAddress.Parse(provider.GetRequiredService<IConfiguration>().GetConnectionString("Redis"));
                options.AbortOnConnectFail = false;
                options.ConnectTimeout = ConnectTimeoutMilliseconds;
                options.AsyncTimeout = CommandTimeoutMilliseconds;
                options.SyncTimeout = CommandTimeoutMilliseconds;

                // A command that finds no connection fails at once instead of queueing up for one.
                options.BacklogPolicy = BacklogPolicy.FailFast;
                return ConnectionMultiplexer.Connect(options);
            })
            .AddSingleton<RedisStore>()
            .AddHostedService<RedisProbe>();
}
