using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The numbers that must not be called or messaged, the latest first; those that were lifted are not among them.</summary>
internal static class ListDoNotCallEntries
{
    public static async Task<Ok<Page<DoNotCallResponse>>> HandleAsync(
        Query<ListDoNotCallEntriesQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        var entries = db.DoNotCallEntries.OwnedBy(caller);
        entries = query.Value.Phone is { } phone ? entries.InForce(phone) : entries.InForce();
        var page = await entries.ToPageAsync(query.Value, entry => entry, caller, cursors, cancellationToken);
        return TypedResults.Ok(new Page<DoNotCallResponse>([.. page.Data.Select(DoNotCallResponse.Of)], page.Pagination));
    }
}

/// <param name="Phone">A number, in whatever form it is written, to list its entry alone.</param>
internal sealed record ListDoNotCallEntriesQuery(string? Phone, PageRequest Page) : IQueryParameters<ListDoNotCallEntriesQuery>, IPagedQuery
{
    public static ListDoNotCallEntriesQuery Read(QueryReader query) =>
        new(query.Read("phone", NumberConstraints.WellFormedPhone)?.Text, query.Page());
}
