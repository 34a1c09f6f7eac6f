using System.Data;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// The rule that an answer is of one moment: the handler of a GET reads in one snapshot, however many statements it needs, so that what it
/// shows of one row fits what it shows of another. It costs one round trip, for ending the transaction; a route whose handler needs one
/// statement at most says so and is spared it.
/// </summary>
internal static class ReadSnapshot
{
    /// <summary>
    /// For a GET whose handler reads with one statement at most, which is of one moment by itself, or asks somebody outside, with no
    /// transaction open.
    /// </summary>
    public static RouteHandlerBuilder InOneStatement(this RouteHandlerBuilder route) => route.WithMetadata(OneStatement.Instance);

    public static async ValueTask<object?> ReadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!isRead || http.GetEndpoint()?.Metadata.GetMetadata<OneStatement>() is not null)
        {
            return await next(context);
        }

        var db = http.RequestServices.GetRequiredService<ErzyCallDbContext>();
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, http.RequestAborted);
        var answer = await next(context);
        await snapshot.CommitAsync(http.RequestAborted);
        return answer;
    }

    internal sealed class OneStatement
    {
        public static OneStatement Instance { get; } = new();
    }
}
