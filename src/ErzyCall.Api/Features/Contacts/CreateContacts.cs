using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// Makes up to a thousand contacts at once. Each item is judged and answered as if it had come alone, but with the contact in the form of
/// lists, without its notes and custom fields; the answer is 201 also when every item is refused. <c>onConflict</c> says what becomes of an
/// item whose phone a contact has already, be it one that an item before it has made. Each contact that is made or changed is an event,
/// <c>contact.created</c> or <c>contact.updated</c>.
/// </summary>
/// <remarks>
/// It is one transaction. The answer has the form of lists so that it grows with what was sent and not with what the contacts hold.
/// </remarks>
[Example("""{"index":0,"status":201}""")]
internal static class CreateContacts
{
    public static Task<Created<Data<List<BatchResult<ContactListItem>>>>> HandleAsync(
        Body<CreateContactsRequest> body,
        BatchReader<CreateContactRequest> reader,
        Caller caller,
        ErzyCallDbContext db,
        LedgerWriter ledger,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var items = body.Value.Contacts.Select((item, index) => (Index: index, Item: reader.Read(item))).ToList();
                var onConflict = body.Value.OnConflict ?? OnConflict.Fail;
                var import = new ContactImport(caller.OrganizationId, onConflict, db, ledger, clock.Now(), cancellationToken);
                var groups = await KnownGroupsAsync(items.Select(item => item.Item.Value), caller, db, cancellationToken);
                var results = new BatchResult<ContactListItem>?[items.Count];
                var accepted = new List<ContactImportItem>();
                foreach (var (index, (request, error)) in items)
                {
                    if (request is null)
                    {
                        results[index] = BatchResult<ContactListItem>.Of(index, error!);
                    }
                    else if (request.ToGroups()?.All(groups.Contains) is false)
                    {
                        results[index] = BatchResult<ContactListItem>.Of(index, ApiError.NotFound("contact group"));
                    }
                    else
                    {
                        accepted.Add(new ContactImportItem(index, request));
                    }
                }

                foreach (var round in RoundsOf(accepted))
                {
                    foreach (var result in await import.RunAsync(round))
                    {
                        results[result.Index] = result;
                    }
                }

                return TypedResults.Created((string?)null, Data.Of(results.OfType<BatchResult<ContactListItem>>().ToList()));
            },
            cancellationToken);

    /// <summary>
    /// Puts items with the same number, in whatever forms, into different rounds: the second item finds what the first one has made.
    /// </summary>
    private static IEnumerable<List<ContactImportItem>> RoundsOf(IEnumerable<ContactImportItem> items) =>
        items
            .GroupBy(item => item.Number)
            .SelectMany(same => same.Index())
            .GroupBy(turn => turn.Index, turn => turn.Item)
            .OrderBy(round => round.Key)
            .Select(round => round.ToList());

    private static async Task<HashSet<Id<ContactGroup>>> KnownGroupsAsync(
        IEnumerable<CreateContactRequest?> requests, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var named = requests.OfType<CreateContactRequest>().SelectMany(request => request.ToGroups() ?? []).Distinct().ToList();
        return named.Count == 0
            ? []
            : [.. await db.ContactGroups.OwnedBy(caller)
                .Where(group => named.Contains(group.Id))
                .Select(group => group.Id)
                .ToListAsync(cancellationToken)];
    }
}

/// <summary>The ways to treat an item whose phone a contact has already.</summary>
[SchemaName("ContactConflictAction")]
internal static class OnConflict
{
    /// <summary>The contact stays as it is: 200 with the contact. Only an opt-out is entered for its number.</summary>
    public const string Skip = "skip";

    /// <summary>The item's fields replace the contact's; what the item leaves out stays: 200.</summary>
    public const string Update = "update";

    /// <summary>The item is refused with 409, as if it had come alone.</summary>
    public const string Fail = "fail";

    public static IReadOnlyList<string> All { get; } = [Skip, Update, Fail];
}

/// <summary>The contacts to be made.</summary>
internal sealed record CreateContactsRequest
{
    /// <summary>The contacts, each as <c>POST /contacts</c> takes one. Results name them by their places here.</summary>
    public required IReadOnlyList<BatchItem<CreateContactRequest>> Contacts { get; init; }

    /// <summary>The way to treat an item whose phone a contact has already; <c>fail</c> when left out.</summary>
    public string? OnConflict { get; init; }
}

internal sealed class CreateContactsValidator : AbstractValidator<CreateContactsRequest>
{
    public CreateContactsValidator()
    {
        RuleFor(batch => batch.Contacts).BatchItems();
        RuleFor(batch => batch.OnConflict).Is(Constraints.OneOf(OnConflict.All));
    }
}
