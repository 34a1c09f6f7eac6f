using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// Makes a POST with an <c>Idempotency-Key</c> happen once. The handler runs inside this step's transaction, and the kept response is
/// committed with whatever the handler wrote: there is no moment at which one exists without the other, whatever dies when.
/// </summary>
/// <remarks>
/// Whoever runs a key holds a PostgreSQL advisory lock on it, which ends with the transaction: nothing is left to clean up after a
/// process that died. Everybody else gives its connection back and asks again, so that a burst of retries cannot drain the pool. If the
/// lock ever failed to exclude two requests, the primary key of the record would still let only one of them commit.
/// </remarks>
internal sealed class IdempotencyStep(RequestDelegate next, ReplayCache cache, IDataProtectionProvider dataProtection, ServerMetrics metrics, TimeProvider clock)
{
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(24);

    /// <summary>How long a second request waits for the first one's result before it is told to come back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Often enough that a waiter is hardly slower than the work it waits for; each look costs two short statements.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly IDataProtector _protector = dataProtection.CreateProtector("kept-response");

    public async Task InvokeAsync(HttpContext context, ErzyCallDbContext db)
    {
        var endpoint = context.GetEndpoint();
        if (!HttpMethods.IsPost(context.Request.Method)
            || endpoint?.Metadata.GetMetadata<RequiredScopeAttribute>() is null
            || IdempotentRequest.KeyOf(context.Request) is not { } key)
        {
            await next(context);
            return;
        }

        // The whole body is read before a transaction begins: a slow client must not hold one open.
        var body = await RequestBody.ReadAsync(context);
        var holdsSecret = endpoint.Metadata.GetMetadata<ReturnsSecret>() is not null;
        var request = IdempotentRequest.Of(Caller.Of(context), key, context.Request, body.Span, holdsSecret);
        if (!holdsSecret && await cache.FindAsync(request) is { } copy)
        {
            await copy.ReplayAsync(request, context.Response);
            metrics.Replayed("redis");
            return;
        }

        Answer? answer;
        var began = clock.GetTimestamp();
        while ((answer = await db.Database.RepeatAsync(() => TryAnswerAsync(context, db, request, holdsSecret))) is null)
        {
            if (clock.GetElapsedTime(began) >= s_patience)
            {
                throw new ApiException(ApiError.IdempotentRequestRunning);
            }

            await Task.Delay(s_interval, clock, context.RequestAborted);
        }

        if (answer.IsKept && !holdsSecret)
        {
            await cache.PutAsync(request, answer.Response);
        }

        if (!answer.IsReplay)
        {
            await answer.Response.WriteBodyAsync(context.Response);
            return;
        }

        await answer.Response.ReplayAsync(request, context.Response);
        metrics.Replayed("postgresql");
    }

    /// <summary>The request's answer, found or made; <c>null</c> while another request is making it. No connection is held once this returns.</summary>
    private async Task<Answer?> TryAnswerAsync(HttpContext context, ErzyCallDbContext db, IdempotentRequest request, bool holdsSecret)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(context.RequestAborted);
        var isMine = await TryLockAsync(db, request, context.RequestAborted);

        // A statement of its own: its snapshot is younger than the lock, so it sees what the lock's last holder committed. Looked for without the lock
        // too: of many waiters one holds it for a moment, and the others need not wait for that one.
        if (await FindAsync(db, request, isMine, context.RequestAborted) is { } kept)
        {
            return new Answer(kept, IsKept: true, IsReplay: true);
        }

        if (!isMine)
        {
            return null;
        }

        var response = await RunAsync(context, request.Fingerprint);
        var isKept = response.Status is >= 200 and <= 299 || context.Features.Get<KeptRefusal>() is not null;
        if (isKept)
        {
            // A client that goes away from now on will come back for what it asked for: the commit does not depend on it.
            db.IdempotencyRecords.Add(Record(request, response, holdsSecret));
            await db.SaveChangesAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        return new Answer(response, isKept, IsReplay: false);
    }

    private static async Task<bool> TryLockAsync(ErzyCallDbContext db, IdempotentRequest request, CancellationToken cancellationToken) =>
        (await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({request.LockId}) AS \"Value\"").ToListAsync(cancellationToken))[0];

    private async Task<KeptResponse?> FindAsync(ErzyCallDbContext db, IdempotentRequest request, bool isMine, CancellationToken cancellationToken)
    {
        var mine = db.IdempotencyRecords.Where(record => record.OrganizationId == request.Caller.OrganizationId && record.RequestHash == request.Hash);
        var found = await mine.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (found?.ExpiresAt <= clock.GetUtcNow())
        {
            // Only under the lock: without it the deletion could wait for whoever is replacing the record.
            await (isMine ? mine.ExecuteDeleteAsync(cancellationToken) : Task.CompletedTask);
            return null;
        }

        return found is null
            ? null
            : new KeptResponse(
                found.Fingerprint, found.ExpiresAt, found.Status, found.ContentType, found.Location, found.HoldsSecret ? _protector.Unprotect(found.Body) : found.Body);
    }

    /// <summary>Runs the rest of the pipeline with the response body kept back.</summary>
    private async Task<KeptResponse> RunAsync(HttpContext context, byte[] fingerprint)
    {
        var body = await HeldResponse.OfAsync(context, next);
        var response = context.Response;
        return new KeptResponse(
            fingerprint, clock.Now() + s_keptFor, response.StatusCode, response.ContentType, response.Headers.Location, body);
    }

    private IdempotencyRecord Record(IdempotentRequest request, KeptResponse response, bool holdsSecret) => new()
    {
        OrganizationId = request.Caller.OrganizationId,
        RequestHash = request.Hash,
        Fingerprint = request.Fingerprint,
        Status = (short)response.Status,
        ContentType = response.ContentType,
        Location = response.Location,
        Body = holdsSecret ? _protector.Protect(response.Body) : response.Body,
        HoldsSecret = holdsSecret,
        ExpiresAt = response.ExpiresAt,
    };

    /// <param name="IsKept">Whether it binds the key.</param>
    /// <param name="IsReplay">Whether it was made by an earlier request.</param>
    private sealed record Answer(KeptResponse Response, bool IsKept, bool IsReplay);
}
