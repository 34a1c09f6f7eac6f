using System.Data.Common;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// Makes what is asked for under an idempotency key happen once. The work runs inside of this class's transaction, and its stored response
/// is committed with whatever it wrote: neither ever exists without the other, whichever process dies when.
/// </summary>
/// <remarks>
/// Whoever runs a key holds a PostgreSQL advisory lock on it, which ends with the transaction: nothing is left to clean up after a
/// process that died. Everybody else gives its connection back and asks again, so that a burst of retries cannot drain the pool. If the
/// lock ever failed to exclude two requests, the primary key of the record would still let only one of them commit.
/// </remarks>
internal sealed class OncePerKey(
    ErzyCallDbContext db, ReplayCache cache, Encryption encryption, ServerMetrics metrics, TimeProvider clock)
{
    private const string Purpose = "kept-response";

    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(24);

    /// <summary>The time that a second request waits for the result of the first one before it is told to come back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time between two looks of a waiter: short enough that it is hardly slower than the work it waits for; each look costs two short
    /// statements.
    /// </summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    /// <param name="work">The use case. It runs again from its beginning when PostgreSQL has undone it in favour of another
    /// transaction.</param>
    /// <exception cref="ApiException">
    /// <c>IDEMPOTENCY_MISMATCH</c>; <c>CONFLICT</c> while another request with the key runs; or what <paramref name="work"/> refuses with,
    /// which leaves the key free.
    /// </exception>
    public async Task<Outcome> RunAsync(IdempotentRequest request, Func<Task<Outcome>> work, CancellationToken cancellationToken)
    {
        if (!request.AnswersWithSecret && await cache.FindAsync(request) is { } copy)
        {
            return Replay(copy, request, "redis");
        }

        Answer? answer;
        var began = clock.GetTimestamp();
        while ((answer = await db.Database.RepeatAsync(() => TryAnswerAsync(request, work, cancellationToken))) is null)
        {
            if (clock.GetElapsedTime(began) >= s_patience)
            {
                throw new ApiException(ApiError.IdempotentRequestRunning);
            }

            await Task.Delay(s_interval, clock, cancellationToken);
        }

        if (answer.Made is { } made)
        {
            return made;
        }

        // The first replay makes the copy for later ones: most keys are never sent again, and cost Redis nothing.
        var found = answer.Found!;
        if (!request.AnswersWithSecret)
        {
            await cache.PutAsync(request, found);
        }

        return Replay(found, request, "postgresql");
    }

    private Outcome Replay(StoredResponse kept, IdempotentRequest request, string store)
    {
        var replay = kept.ReplayTo(request);
        metrics.Replayed(store);
        return replay;
    }

    /// <summary>
    /// The request's answer, found or made; <c>null</c> while another request is making it. No connection is held once this returns.
    /// </summary>
    private async Task<Answer?> TryAnswerAsync(IdempotentRequest request, Func<Task<Outcome>> work, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (isMine, found) = await LookAsync(request, cancellationToken);

        // The response is looked for without the lock too: of many waiters one holds it for a moment, and the others need not wait for that
        // one.
        if (found is not null)
        {
            return new Answer(Made: null, found);
        }

        if (!isMine)
        {
            return null;
        }

        var made = await work();
        if (!made.IsKept)
        {
            return new Answer(made, Found: null);
        }

        // A client that goes away from now on will come back for what it asked for: the commit does not depend on it.
        var kept = StoredResponse.Of(request, made, clock.Now() + s_keptFor);
        db.IdempotencyRecords.Add(Record(request, kept));
        await db.InsertAsync([], CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new Answer(made, Found: null);
    }

    /// <summary>Takes the key's lock, if nobody has it, and finds the response that is stored under the key.</summary>
    private async Task<(bool IsMine, StoredResponse? Found)> LookAsync(IdempotentRequest request, CancellationToken cancellationToken)
    {
        var organization = request.Caller.OrganizationId;
        var (isMine, record) = await db.AskAsync(
            $"SELECT * FROM look_at_key({request.LockId}, {organization.Value}, {request.Hash})",
            row => (row.GetBoolean(0), row.IsDBNull(1) ? null : RecordIn(row, request)),
            cancellationToken);
        if (record is null)
        {
            return (isMine, null);
        }

        if (record.ExpiresAt > clock.GetUtcNow())
        {
            var body = record.HoldsSecret ? encryption.Decrypt(Purpose, record.Body) : record.Body;
            return (isMine, new StoredResponse(
                record.Fingerprint, record.ExpiresAt, record.Status, record.ContentType, record.Location, body));
        }

        if (isMine)
        {
            // Only under the lock: without it the deletion could wait for whoever is replacing the record.
            await db.IdempotencyRecords
                .Where(record => record.OrganizationId == organization && record.RequestHash == request.Hash)
                .ExecuteDeleteAsync(cancellationToken);
        }

        return (isMine, null);
    }

    /// <summary>Reads what <c>look_at_key</c> has found.</summary>
    private static IdempotencyRecord RecordIn(DbDataReader row, IdempotentRequest request) => new()
    {
        OrganizationId = request.Caller.OrganizationId,
        RequestHash = request.Hash,
        Fingerprint = row.GetFieldValue<byte[]>(1),
        Status = row.GetInt16(2),
        ContentType = row.IsDBNull(3) ? null : row.GetString(3),
        Location = row.IsDBNull(4) ? null : row.GetString(4),
        Body = row.GetFieldValue<byte[]>(5),
        HoldsSecret = row.GetBoolean(6),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(7),
    };

    private IdempotencyRecord Record(IdempotentRequest request, StoredResponse kept) => new()
    {
        OrganizationId = request.Caller.OrganizationId,
        RequestHash = request.Hash,
        Fingerprint = kept.Fingerprint,
        Status = (short)kept.Status,
        ContentType = kept.ContentType,
        Location = kept.Location,
        Body = request.AnswersWithSecret ? encryption.Encrypt(Purpose, kept.Body) : kept.Body,
        HoldsSecret = request.AnswersWithSecret,
        ExpiresAt = kept.ExpiresAt,
    };

    /// <param name="Made">The outcome, when this request made it.</param>
    /// <param name="Found">The stored response, when another request had made it.</param>
    private sealed record Answer(Outcome? Made, StoredResponse? Found);
}
