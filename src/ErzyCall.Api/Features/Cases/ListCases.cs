using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

/// <summary>The organization's cases, newest first. A search ignores accents and upper and lower case, as that for contacts does.</summary>
internal static class ListCases
{
    public static async Task<Ok<Page<CaseListItem>>> HandleAsync(
        Query<ListCasesQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        var cases = db.Cases.OwnedBy(caller);
        if (query.Value.Search is { } search)
        {
            cases = cases.Where(
                script => EF.Functions.Like(SearchText.Fold(script.Title), SearchText.Inside(search), LikePattern.EscapeCharacter));
        }

        return TypedResults.Ok(await cases.ToPageAsync(query.Value, CaseListItem.FromCase, caller, cursors, cancellationToken));
    }
}

/// <param name="Search">Text that is somewhere in the title, in upper or lower case, with or without accents.</param>
internal sealed record ListCasesQuery(string? Search, PageRequest Page) : IQueryParameters<ListCasesQuery>, IPagedQuery
{
    private static readonly Constraint<string> s_search = Constraints.Text(1, Case.MaxTitle);

    public static ListCasesQuery Read(QueryReader query) => new(query.Read("search", s_search), query.Page());
}
