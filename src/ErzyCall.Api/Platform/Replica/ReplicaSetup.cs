namespace ErzyCall.Api.Platform.Replica;

internal static class ReplicaSetup
{
    public static IServiceCollection AddReplica(this IServiceCollection services) => services
        .AddSingleton<ReplicaDatabase>()
        .AddSingleton<ReplicaWatch>()
        .AddHostedService(provider => provider.GetRequiredService<ReplicaWatch>())
        .AddSingleton<WriteMarks>()
        .AddSingleton<ReplicaReads>();

    /// <summary>Marks what requests write, where there is a replica.</summary>
    public static void UseWriteMarks(this WebApplication app)
    {
        if (ReplicaDatabase.IsIn(app.Configuration))
        {
            app.UseMiddleware<WriteMarkStep>();
        }
    }

    /// <summary>Has the routes that say so read from the replica, where there is one.</summary>
    public static RouteGroupBuilder ReadFromReplica(this RouteGroupBuilder api, IConfiguration configuration) =>
        ReplicaDatabase.IsIn(configuration) ? api.AddEndpointFilter(ReplicaReads.ReadAsync) : api;

    /// <summary>For a list or search whose answer may be a moment old: it is read from the replica, where there is one.</summary>
    public static RouteHandlerBuilder FromReplica(this RouteHandlerBuilder route) => route.WithMetadata(ReplicaReads.MayBeOld.Instance);
}
