using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Places up to a thousand calls with one request. Each item is judged alone and answered, with its events, as if it had come alone, except
/// that the batch may not call a number that it calls already (<c>allowDuplicates</c>); what every call has in common stands once in
/// <c>defaults</c>. The answer is 201 also when every item is refused; a request that fails as a whole places no call. Calls that are due
/// at one time are dialled in the order of their items, and a call that is asked for alone does not wait until all of them are.
/// </summary>
/// <remarks>All is one transaction.</remarks>
[Example("{\"index\":0,\"status\":201,\"data\":" + CallExamples.New + "}")]
internal static class CreateCalls
{
    public static Task<Created<Data<List<BatchResult<CallListItem>>>>> HandleAsync(
        Body<CreateCallsRequest> body,
        BatchReader<CreateCallRequest> reader,
        Caller caller,
        Carriers carriers,
        ErzyCallDbContext db,
        IOptions<CallOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var now = clock.Now();
                var items = reader.Read(body.Value.Calls, body.Value.Defaults, ShareMaps);
                var lookups = await CallLookups.LoadAsync(
                    [.. items.Select(item => item.Value).OfType<CreateCallRequest>()], caller, carriers, db, now, cancellationToken);
                var read = items.ConvertAll(item =>
                    new BatchedCall(item.Value is { } request ? CallPlan.Make(request, caller, lookups, now) : null, item.Error));
                var wanted = read.Count(item => item.Plan is { FirstRefusal: null });
                var room = await WaitingCalls.RoomAsync(db, caller, wanted, options.Value, cancellationToken);
                var judged = BatchedCall.Judge(read, room, body.Value.AllowDuplicates is true);
                var scripts = judged.Where(item => item.IsKept).Select(item => item.Plan!.SharedScript).Distinct();
                await db.Database.ExecuteSqlAsync(SharedScript.Keep(caller.OrganizationId, [.. scripts]), cancellationToken);
                var ids = Id<Call>.NewMany(judged.Count, now);
                var results = judged.Select((item, index) => Place(index, item, ids[index], options.Value, db, now)).ToList();
                await db.SaveTogetherAsync(cancellationToken);
                return TypedResults.Created((string?)null, Data.Of(results));
            },
            cancellationToken);

    private static BatchResult<CallListItem> Place(
        int index, BatchedCall item, Id<Call> id, CallOptions options, ErzyCallDbContext db, DateTimeOffset now)
    {
        var call = item.IsKept ? db.Place(item.Plan!, id, isBatched: true, options.DispatchWithin, now) : null;
        return item.Refusal is { } refusal
            ? BatchResult<CallListItem>.Of(index, refusal)
            : BatchResult<CallListItem>.Of(index, StatusCodes.Status201Created, CallListItem.Of(call!));
    }

    /// <summary>Keeps the maps of the defaults once in memory, however many items have them.</summary>
    private static CreateCallRequest ShareMaps(CreateCallRequest item, CreateCallRequest defaults) => item with
    {
        VariableValues = ShareMap(item.VariableValues, defaults.VariableValues),
        Metadata = ShareMap(item.Metadata, defaults.Metadata),
    };

    private static OrderedDictionary<string, string>? ShareMap(
        OrderedDictionary<string, string>? map, OrderedDictionary<string, string>? common) =>
        map is not null && common is not null && map.SequenceEqual(common) ? common : map;
}

/// <summary>The calls of a batch, and what they have in common.</summary>
[Example("""{"defaults":{"from":"+14155559999"},"calls":[{"to":"+14155550100","firstMessage":"Hello Ada."}]}""")]
internal sealed record CreateCallsRequest
{
    /// <summary>
    /// The fields of every call that does not have them itself. A field is taken as a whole: <c>metadata</c> of an item replaces that of
    /// the defaults.
    /// </summary>
    [Partial]
    public BatchItem<CreateCallRequest>? Defaults { get; init; }

    /// <summary>
    /// The calls to place, which are answered in this order. A field that a call leaves out, or gives as <c>null</c>, is taken from
    /// <c>defaults</c>; only <c>scheduledAt</c> may not be <c>null</c>, here as elsewhere.
    /// </summary>
    [Partial]
    public required IReadOnlyList<BatchItem<CreateCallRequest>> Calls { get; init; }

    /// <summary>
    /// Whether a number may be called more than once within an hour. Left out, it may not, and a later item for it is refused: 409.
    /// </summary>
    public bool? AllowDuplicates { get; init; }
}

internal sealed class CreateCallsValidator : AbstractValidator<CreateCallsRequest>
{
    public CreateCallsValidator()
    {
        RuleFor(batch => batch.Calls).BatchItems();
        RuleFor(batch => batch.Defaults).BatchDefaults();
    }
}
