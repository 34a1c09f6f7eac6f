using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// Lets only a few batches of an organization run at once, on all copies of the server together. A batch runs inside of a transaction that
/// holds one of the organization's places: an advisory lock of PostgreSQL, which ends with the transaction whatever dies. Its body is read
/// before, so that nobody holds a place while they are still sending; a replay, or a request that waits for another with the same
/// <c>Idempotency-Key</c>, never comes here.
/// </summary>
internal sealed class BatchStep(RequestDelegate next)
{
    public const int MostAtOnce = 4;

    public async Task InvokeAsync(HttpContext context, ErzyCallDbContext db)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>() != BodyLimit.Batch)
        {
            await next(context);
            return;
        }

        await RequestBody.ReadAsync(context);
        var caller = Caller.Of(context);
        if (db.Database.CurrentTransaction is not null)
        {
            await TakePlaceAsync(db, caller, context.RequestAborted);
            await next(context);
            return;
        }

        // Nothing is answered before it is committed.
        var answer = await db.Database.InTransactionAsync(
            async () =>
            {
                await TakePlaceAsync(db, caller, context.RequestAborted);
                return await HeldResponse.OfAsync(context, next);
            },
            context.RequestAborted);
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <exception cref="ApiException"><c>RATE_LIMITED</c>.</exception>
    public static async Task TakePlaceAsync(ErzyCallDbContext db, Caller caller, CancellationToken cancellationToken)
    {
        // The first free place only: what comes after it is not looked at.
        var places = await db.Database
            .SqlQuery<int>(
                $"""
                 SELECT place AS "Value" FROM generate_series(1, {MostAtOnce}) AS place
                 WHERE pg_try_advisory_xact_lock(hashtextextended({$"batch {caller.OrganizationId}"}, place))
                 LIMIT 1
                 """)
            .ToListAsync(cancellationToken);
        if (places.Count == 0)
        {
            throw new ApiException(ApiError.TooManyBatches(MostAtOnce));
        }
    }
}
