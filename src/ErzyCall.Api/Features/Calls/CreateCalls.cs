using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Places up to a thousand calls in one transaction. Each item is judged alone, but for a number that the batch calls already; what every call has in common
/// stands once in <c>defaults</c>. Calls that are due at one time are dialled in the order of their items.
/// </summary>
internal static class CreateCalls
{
    public static Task<Created<Data<List<BatchResult<CallListItem>>>>> HandleAsync(
        Body<CreateCallsRequest> body,
        BatchReader<CreateCallRequest> reader,
        Caller caller,
        ErzyCallDbContext db,
        IOptions<CallOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var items = reader.Read(body.Value.Calls!, body.Value.Defaults, ShareMaps);
                var lookups = await CallLookups.LoadAsync([.. items.Select(item => item.Value).OfType<CreateCallRequest>()], caller, db, cancellationToken);
                var now = clock.Now();
                var judged = await JudgeAsync(items.ConvertAll(item => item.Value is { } request ? CallPlan.Make(request, caller, lookups) : null));
                await SharedScript.KeepAsync(
                    db, caller.OrganizationId, judged.Where(item => item.IsKept).Select(item => item.Plan!.SharedScript).Distinct(), cancellationToken);
                var ids = Id<Call>.NewMany(items.Count, now);
                var results = judged.Select((item, index) => ResultOf(index, item, items[index].Error, ids[index], now)).ToList();
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created((string?)null, Data.Of(results));

                async Task<List<JudgedCall>> JudgeAsync(List<CallPlan?> plans)
                {
                    var allowed = plans.Count(plan => plan?.FirstRefusal is null);
                    var room = await WaitingCalls.RoomAsync(db, caller, allowed, options.Value, cancellationToken);
                    var accepted = new AcceptedNumbers(body.Value.AllowDuplicates is true);
                    return plans.ConvertAll(plan =>
                    {
                        // In the order in which refusals are answered: a number that is called already stands before a number that cannot call.
                        var refusal = plan?.FirstRefusal is { Status: < StatusCodes.Status409Conflict } early ? early
                            : plan is not null && accepted.Has(plan, now) ? ApiError.CalledAlready
                            : plan?.FirstRefusal ?? (plan is not null && room == 0 ? ApiError.TooManyCallsWait : null);
                        if (plan is not null && refusal is null)
                        {
                            room--;
                            accepted.Add(plan, now);
                        }

                        return new JudgedCall(plan, refusal);
                    });
                }

                BatchResult<CallListItem> ResultOf(int index, JudgedCall item, ApiError? misfit, Id<Call> id, DateTimeOffset now)
                {
                    var call = item.IsKept ? db.Place(item.Plan!, id, options.Value.DispatchWithin, now) : null;
                    return call is not null && item.Refusal is null
                        ? BatchResult<CallListItem>.Of(index, StatusCodes.Status201Created, CallListItem.Of(call))
                        : BatchResult<CallListItem>.Of(index, misfit ?? item.Refusal!);
                }
            },
            cancellationToken);

    /// <summary>What an item has of the defaults is there once, however many items have it.</summary>
    private static CreateCallRequest ShareMaps(CreateCallRequest item, CreateCallRequest defaults) => item with
    {
        VariableValues = ShareMap(item.VariableValues, defaults.VariableValues),
        Metadata = ShareMap(item.Metadata, defaults.Metadata),
    };

    private static OrderedDictionary<string, string>? ShareMap(OrderedDictionary<string, string>? map, OrderedDictionary<string, string>? common) =>
        map is not null && common is not null && map.SequenceEqual(common) ? common : map;

    /// <param name="Plan"><c>null</c> when the item could not be read.</param>
    private sealed record JudgedCall(CallPlan? Plan, ApiError? Refusal)
    {
        public bool IsKept => Plan is not null && (Refusal is null || Refusal == ApiError.ContactOptedOut);
    }

    /// <summary>When the numbers of a batch are called: nobody's phone is to ring for several of its items at once.</summary>
    private sealed class AcceptedNumbers(bool allowDuplicates)
    {
        private static readonly TimeSpan s_apart = TimeSpan.FromHours(1);

        private readonly Dictionary<string, List<DateTimeOffset>> _dueAt = [];

        public bool Has(CallPlan plan, DateTimeOffset now) =>
            !allowDuplicates
            && _dueAt.TryGetValue(PhoneForms.Canonical(plan.To), out var others)
            && others.Exists(other => (DueAt(plan, now) - other).Duration() < s_apart);

        public void Add(CallPlan plan, DateTimeOffset now)
        {
            if (!allowDuplicates)
            {
                var number = PhoneForms.Canonical(plan.To);
                (_dueAt.TryGetValue(number, out var times) ? times : _dueAt[number] = []).Add(DueAt(plan, now));
            }
        }

        private static DateTimeOffset DueAt(CallPlan plan, DateTimeOffset now) => plan.ScheduledAt ?? now;
    }
}

internal sealed record CreateCallsRequest
{
    /// <summary>Fields of every call that does not have them itself. A field is taken whole: <c>metadata</c> of an item replaces that of the defaults.</summary>
    [Partial]
    public BatchItem<CreateCallRequest>? Defaults { get; init; }

    [Partial]
    public IReadOnlyList<BatchItem<CreateCallRequest>>? Calls { get; init; }

    /// <summary>Whether a number may be called more than once within an hour. Left out: it may not, and a later item for it is refused.</summary>
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
