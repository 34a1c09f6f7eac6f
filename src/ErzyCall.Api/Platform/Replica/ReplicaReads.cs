using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Platform.Replica;

/// <summary>
/// Gives the handler of a route that says so (<see cref="ReplicaSetup.FromReplica"/>) a context that reads from the replica, when that has
/// all that the caller wrote. Whatever comes of it but an answer, the request is answered from the primary.
/// </summary>
internal sealed class ReplicaReads(
    ReplicaDatabase replica, ReplicaWatch watch, KeyWrites writes, ServerMetrics metrics, TimeProvider clock)
{
    /// <summary>The longest time that the replica has. Every read is made to take milliseconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public static ValueTask<object?> ReadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<MayBeOld>() is null
            ? next(context)
            : context.HttpContext.RequestServices.GetRequiredService<ReplicaReads>().TryAsync(context, next);

    private async ValueTask<object?> TryAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var aborted = context.HttpContext.RequestAborted;
        if (watch.Place is { } place && await writes.AreBeforeAsync(place, Caller.Of(context.HttpContext), aborted))
        {
            try
            {
                // The driver may take longer to give up than anybody should wait: what it is at is left to itself.
                var answer = await AttemptAsync(context, next).WaitAsync(s_patience, clock, aborted);
                metrics.ReadFrom("replica");
                return answer;
            }
#pragma warning disable CA1031 // Also what is not found there: it may be there by now.
            catch (Exception failure) when (!aborted.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (failure is TimeoutException or OperationCanceledException)
                {
                    watch.Failed("It does not answer in time");
                }
                else if (DatabaseFailure.IsUnreachable(failure))
                {
                    watch.Failed(failure.GetBaseException().Message);
                }
            }
        }

        metrics.ReadFrom("primary");
        return await next(context);
    }

    /// <summary>
    /// Lets the handler read from the replica, with arguments of its own: they stay what they are when nobody waits any more.
    /// </summary>
    private async Task<object?> AttemptAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var enough = new CancellationTokenSource(s_patience, clock);
        await using var db = replica.CreateContext();
        var arguments = context.Arguments.Select(argument => argument switch
        {
            ErzyCallDbContext => db,
            CancellationToken => enough.Token,
            _ => argument,
        });
        return await next(new DefaultEndpointFilterInvocationContext(context.HttpContext, [.. arguments]));
    }

    /// <summary>Endpoint metadata: the answer may be a moment old.</summary>
    internal sealed class MayBeOld
    {
        public static MayBeOld Instance { get; } = new();
    }
}
