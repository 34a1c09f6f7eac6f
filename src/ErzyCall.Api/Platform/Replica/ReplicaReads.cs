using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Platform.Replica;

/// <summary>
/// Gives the handler of a route that says so (<see cref="ReplicaSetup.FromReplica"/>) a context that reads from the replica, when that has
/// all that the caller wrote; and has the request answered from the primary when the replica fails it.
/// </summary>
internal sealed class ReplicaReads(ReplicaDatabase replica, ReplicaWatch watch, WriteMarks marks, ServerMetrics metrics)
{
    public static ValueTask<object?> ReadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<MayBeOld>() is null
            ? next(context)
            : context.HttpContext.RequestServices.GetRequiredService<ReplicaReads>().TryAsync(context, next);

    private async ValueTask<object?> TryAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (watch.Place is { } place && await marks.AreBeforeAsync(place, Caller.Of(context.HttpContext)))
        {
            var argument = context.Arguments.TakeWhile(value => value is not ErzyCallDbContext).Count();
            var primary = context.Arguments[argument];
            try
            {
                await using var db = replica.CreateContext();
                context.Arguments[argument] = db;
                var answer = await next(context);
                metrics.ReadFrom("replica");
                return answer;
            }
            catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
            {
                watch.Failed(failure.GetBaseException().Message);
                context.Arguments[argument] = primary;
            }
        }

        metrics.ReadFrom("primary");
        return await next(context);
    }

    /// <summary>Endpoint metadata: the answer may be a moment old.</summary>
    internal sealed class MayBeOld
    {
        public static MayBeOld Instance { get; } = new();
    }
}
