using StackExchange.Redis;

namespace ErzyCall.Api.Platform.Redis;

internal static class RedisSetup
{
    /// <summary>A healthy Redis answers in a millisecond. Whoever waits a second for a cache is better served without it.</summary>
    public const int CommandTimeoutMilliseconds = 1_000;

    private const int ConnectTimeoutMilliseconds = 2_000;

    public static void AddRedis(this IServiceCollection services) =>
        services
            .AddSingleton<IConnectionMultiplexer>(provider =>
            {
                var text = provider.GetRequiredService<IConfiguration>().GetConnectionString("Redis")
                    ?? throw new OperatorException("ConnectionStrings:Redis is not set (as an environment variable: ConnectionStrings__Redis).");
                var options = Parse(text);
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

    private static ConfigurationOptions Parse(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException malformed)
        {
            throw new OperatorException($"ConnectionStrings:Redis cannot be read: {malformed.Message}", malformed);
        }
    }
}
