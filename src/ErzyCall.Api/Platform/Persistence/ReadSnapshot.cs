using System.Data;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// The rules for reads. An answer is of one moment: the handler of a GET reads in one snapshot, however many statements it needs, so that
/// what it shows of one row fits what it shows of another. That costs one round trip, for ending the transaction; a route whose handler
/// needs one statement at most says so and is spared it. What PostgreSQL undoes is read again. And no read takes long: what PostgreSQL has
/// not answered in time is cancelled there.
/// </summary>
internal static class ReadSnapshot
{
    /// <summary>
    /// The longest time that a read has, all its statements together. Every read is made to take milliseconds, so this is only the last
    /// net, for others' sake: a handful of slow ones would hold the whole pool and all of PostgreSQL.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>For a GET whose handler reads with one statement at most, which is of one moment by itself.</summary>
    public static RouteHandlerBuilder InOneStatement(this RouteHandlerBuilder route) => route.WithMetadata(new OneStatement(_ => true));

    /// <summary>For a GET whose handler needs no more than one statement for some requests.</summary>
    public static RouteHandlerBuilder InOneStatementWhen(
        this RouteHandlerBuilder route, Func<EndpointFilterInvocationContext, bool> isEnough) =>
        route.WithMetadata(new OneStatement(isEnough));

    /// <summary>
    /// For a GET whose handler asks somebody outside, and so limits its time itself; no transaction is open while it does, so it reads with
    /// one statement at most.
    /// </summary>
    public static RouteHandlerBuilder AsksOutside(this RouteHandlerBuilder route) =>
        route.InOneStatement().WithMetadata(OutsideQuestion.Instance);

    public static async ValueTask<object?> ReadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var metadata = http.GetEndpoint()?.Metadata;
        if (!isRead || metadata?.GetMetadata<OutsideQuestion>() is not null)
        {
            return await next(context);
        }

        using var late = new CancellationTokenSource(Longest, http.RequestServices.GetRequiredService<TimeProvider>());
        var given = context.Arguments.OfType<CancellationToken>().FirstOrDefault();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, given, late.Token);
        for (var argument = 0; argument < context.Arguments.Count; argument++)
        {
            if (context.Arguments[argument] is CancellationToken)
            {
                context.Arguments[argument] = enough.Token;
            }
        }

        try
        {
            return context.Arguments.OfType<ErzyCallDbContext>().SingleOrDefault() is { } db
                ? await db.Database.RepeatAsync(() => ReadOnceAsync(db))
                : await next(context);
        }
        catch (OperationCanceledException cancelled) when (late.IsCancellationRequested)
        {
            throw new SlowReadException(cancelled);
        }

        async Task<object?> ReadOnceAsync(ErzyCallDbContext db)
        {
            if (metadata?.GetMetadata<OneStatement>()?.IsEnough(context) is true)
            {
                return await next(context);
            }

            await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, enough.Token);
            var answer = await next(context);
            await snapshot.CommitAsync(enough.Token);
            return answer;
        }
    }

    /// <summary>Endpoint metadata: the handler reads with one statement at most.</summary>
    /// <param name="IsEnough">Whether it does so for this request.</param>
    internal sealed record OneStatement(Func<EndpointFilterInvocationContext, bool> IsEnough);

    private sealed class OutsideQuestion
    {
        public static OutsideQuestion Instance { get; } = new();
    }
}

/// <summary>A read took longer than <see cref="ReadSnapshot.Longest"/>, and was cancelled.</summary>
internal sealed class SlowReadException(Exception cancelled) : Exception("A read took too long", cancelled);
