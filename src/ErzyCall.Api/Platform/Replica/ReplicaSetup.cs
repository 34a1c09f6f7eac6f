namespace ErzyCall.Api.Platform.Replica;

internal static class ReplicaSetup
{
    public static IServiceCollection AddReplica(this IServiceCollection services) => services
        .AddSingleton<ReplicaDatabase>()
        .AddSingleton<ReplicaWatch>()
        .AddHostedService(provider => provider.GetRequiredService<ReplicaWatch>())
        .AddSingleton<KeyWrites>()
        .AddSingleton<ReplicaReads>();

    /// <summary>Remembers what keys write, where there is a replica.</summary>
    /// <exception cref="OperatorException">The connection string of the replica cannot be used.</exception>
    public static void UseKeyWrites(this WebApplication app)
    {
        if (ReplicaDatabase.IsIn(app.Configuration))
        {
            app.Services.GetRequiredService<ReplicaDatabase>().RequireUsable();
            app.UseMiddleware<KeyWritesStep>();
        }
    }

    /// <summary>Has the routes that say so read from the replica, where there is one.</summary>
    public static RouteGroupBuilder ReadFromReplica(this RouteGroupBuilder api, IConfiguration configuration) =>
        ReplicaDatabase.IsIn(configuration) ? api.AddEndpointFilter(ReplicaReads.ReadAsync) : api;

    /// <summary>For a list or search whose answer may be a moment old: it is read from the replica, where there is one.</summary>
    public static RouteHandlerBuilder FromReplica(this RouteHandlerBuilder route) => route.WithMetadata(ReplicaReads.MayBeOld.Instance);
}
