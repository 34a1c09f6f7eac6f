using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Cases;

/// <summary>
/// The organization's cases, newest first. A search reads them in the order of the list and tests each title: an organization writes its scripts by
/// hand and has few, so the list's own index is all that it needs.
/// </summary>
internal static class ListCases
{
    public static async Task<Ok<Page<CaseListItem>>> HandleAsync(
        Query<ListCasesQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        var cases = db.Cases.OwnedBy(caller);
        if (query.Value.Search is { } search)
        {
            cases = cases.Where(script => EF.Functions.ILike(script.Title, $"%{LikePattern.Literally(search)}%", LikePattern.EscapeCharacter));
        }

        return TypedResults.Ok(await cases.ToPageAsync(query.Value, CaseListItem.FromCase, caller, cursors, cancellationToken));
    }
}

/// <param name="Search">Somewhere in the title, in whatever case.</param>
internal sealed record ListCasesQuery(string? Search, PageRequest Page) : IQueryParameters<ListCasesQuery>, IPagedQuery
{
    public static ListCasesQuery Read(QueryReader query) => new(query.Text("search", 1, Case.MaxTitle), query.Page());
}
