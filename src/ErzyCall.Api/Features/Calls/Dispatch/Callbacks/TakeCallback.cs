using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Calls.Dispatch.Callbacks;

/// <summary>
/// Takes what a carrier tells of a call. The answer is 200 only when it is committed; with any other answer a carrier tells it again, and
/// what was committed before is not taken twice. What cannot be understood would not be the next time either: it is left out.
/// </summary>
internal static class TakeCallback
{
    private static readonly ApiError s_notAuthentic = ApiError.Unauthorized with { Message = "Not a callback of this account's carrier" };

    public static async Task<IResult> HandleAsync(
        string accountId,
        string callId,
        HttpContext context,
        ErzyCallDbContext db,
        IEnumerable<ITakesCallbacks> carriers,
        CarrierReports reports,
        CallMetrics metrics,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var account = Id<CarrierAccount>.TryParse(accountId, out var id)
            ? await db.CarrierAccounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            : null;
        if (account is null || carriers.FirstOrDefault(carrier => carrier.Name == account.Provider) is not { } carrier)
        {
            throw new ApiException(ApiError.UnknownPath);
        }

        var provider = account.Provider;
        if (!Id<Call>.TryParse(callId, out var call) || !carrier.IsAuthentic(context.Request, call, account))
        {
            metrics.CalledBack(provider, "not_authentic");
            throw new ApiException(s_notAuthentic);
        }

        if (!await db.Calls.AnyAsync(row => row.Id == call && row.CarrierAccountId == account.Id, cancellationToken))
        {
            metrics.CalledBack(provider, "unknown_call");
            throw new ApiException(ApiError.NotFound("call"));
        }

        ReadOnlyMemory<byte> body;
        try
        {
            body = await RequestBody.ReadAsync(context);
        }
        catch (ApiException)
        {
            // It is too long, compressed, or did not come whole: what it would have told is asked for.
            metrics.CalledBack(provider, "not_read");
            var at = clock.Now();
            await db.MoveCallAsync(call, at, row => row.LookSoon(at), cancellationToken);
            throw;
        }

        var now = clock.Now();
        var callback = carrier.Read(call, body, now);
        bool isNew;
        try
        {
            isNew = await TakeAsync();
        }
        catch (DbUpdateException other) when (DatabaseFailure.ViolatedUniqueIndex(other) is not null)
        {
            // What it names is another call of ours: whichever of the two the carrier means, this is not its word about this one.
            metrics.CalledBack(provider, "of_another_call");
            return TypedResults.Ok();
        }

        metrics.CalledBack(provider, callback.Report is null ? "unreadable" : isNew ? "taken" : "repeated");
        return callback.Answer is { } answer ? TypedResults.Json(answer) : TypedResults.Ok();

        Task<bool> TakeAsync() => db.Database.InTransactionAsync(
            async () =>
            {
                // The call is locked first, as whoever changes one does: of two callbacks about it neither waits for the other in a circle.
                await db.Database.ExecuteSqlAsync($"SELECT FROM calls WHERE id = {call.Value} FOR UPDATE", cancellationToken);
                var isFirst = await db.TakeCallbackAsync(call, body, now, cancellationToken);
                if (isFirst)
                {
                    await (callback.Report is { } report
                        ? reports.TakeAsync(report, cancellationToken)
                        : db.MoveCallAsync(call, now, row => row.LookSoon(now), cancellationToken));
                }

                return isFirst;
            },
            cancellationToken);
    }
}
