using ErzyCall.Api.Features.Calls.Dispatch;
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
/// Places up to a thousand calls in one transaction. Each item is judged alone and answered as it would have been alone; what every call has in common
/// stands once in <c>defaults</c>. Calls that are due at one time are dialled in the order of their items.
/// </summary>
internal static class CreateCalls
{
    public static Task<Created<Data<List<BatchResult<CallResponse>>>>> HandleAsync(
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
                var items = body.Value.Calls!.Select(item => reader.Read(body.Value.Defaults is { IsNull: false } defaults ? item.Over(defaults) : item)).ToList();
                var lookups = await CallLookups.LoadAsync(
                    [.. items.Select(item => item.Value).OfType<CreateCallRequest>()], caller, carriers, db, cancellationToken);
                var now = clock.Now();
                var ids = Id<Call>.NewMany(items.Count, now);
                var results = items.Select((item, index) => item.Value is { } request
                    ? Place(index, CallPlan.Make(request, caller, lookups), ids[index], options.Value, db, now)
                    : BatchResult<CallResponse>.Of(index, item.Error!)).ToList();
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created((string?)null, Data.Of(results));
            },
            cancellationToken);

    private static BatchResult<CallResponse> Place(int index, CallPlan plan, Id<Call> id, CallOptions options, ErzyCallDbContext db, DateTimeOffset now) =>
        db.Place(plan, id, options.DispatchWithin, now) is { } call && plan.FirstRefusal is null
            ? BatchResult<CallResponse>.Of(index, StatusCodes.Status201Created, CallResponse.Of(call))
            : BatchResult<CallResponse>.Of(index, plan.FirstRefusal!);
}

internal sealed record CreateCallsRequest
{
    /// <summary>Fields of every call that does not have them itself. A field is taken whole: <c>metadata</c> of an item replaces that of the defaults.</summary>
    [Partial]
    public BatchItem<CreateCallRequest>? Defaults { get; init; }

    [Partial]
    public IReadOnlyList<BatchItem<CreateCallRequest>>? Calls { get; init; }
}

internal sealed class CreateCallsValidator : AbstractValidator<CreateCallsRequest>
{
    public CreateCallsValidator()
    {
        RuleFor(batch => batch.Calls).BatchItems();
        RuleFor(batch => batch.Defaults).BatchDefaults(batch => batch.Calls?.Count);
    }
}
