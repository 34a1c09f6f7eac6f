using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// Puts up to ten thousand numbers on the do-not-call ledger, all that are accepted at the same moment. Each item is judged and answered as
/// if it had come alone: 201 for a new number, 200 with its entry for one that is there already, also when an item before it has the same
/// number in another form. The answer is 201 also when every item is refused.
/// </summary>
/// <remarks>It is one transaction.</remarks>
[Example("""{"index":0,"status":201}""")]
internal static class BlockNumbers
{
    public static Task<Created<Data<List<BatchResult<DoNotCallResponse>>>>> HandleAsync(
        Body<BlockNumbersRequest> body,
        BatchReader<BlockNumberRequest> reader,
        Caller caller,
        ErzyCallDbContext db,
        LedgerWriter ledger,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var items = body.Value.Entries.Select(reader.Read).Select(item => (Number: item.Value?.ToNumber(), item.Error)).ToList();
                var numbers = items.Select(item => item.Number).OfType<DoNotCallNumber>().ToList();
                var entered = await ledger.EnterAndReadAsync(
                    caller.OrganizationId, numbers, DoNotCallSource.Api, clock.Now(), cancellationToken);
                var seen = new HashSet<string>();
                var results = items.Select((item, index) => item.Number is { Canonical: var number }
                    ? ResultOf(index, entered[number], isFirst: seen.Add(number))
                    : BatchResult<DoNotCallResponse>.Of(index, item.Error!)).ToList();
                return TypedResults.Created((string?)null, Data.Of(results));
            },
            cancellationToken);

    private static BatchResult<DoNotCallResponse> ResultOf(int index, EnteredNumber entered, bool isFirst) =>
        BatchResult<DoNotCallResponse>.Of(
            index, entered.IsNew && isFirst ? StatusCodes.Status201Created : StatusCodes.Status200OK, DoNotCallResponse.Of(entered.Entry));
}

/// <summary>The numbers that must not be called or messaged.</summary>
internal sealed record BlockNumbersRequest
{
    /// <summary>The numbers, each as <c>POST /do-not-call</c> takes one. Results name them by their places here.</summary>
    public required IReadOnlyList<BatchItem<BlockNumberRequest>> Entries { get; init; }
}

internal sealed class BlockNumbersValidator : AbstractValidator<BlockNumbersRequest>
{
    /// <summary>The most entries in a request: a list of numbers that must not be called is long, and an entry small.</summary>
    private const int MaxEntries = 10_000;

    public BlockNumbersValidator() => RuleFor(batch => batch.Entries).BatchItems(MaxEntries);
}
