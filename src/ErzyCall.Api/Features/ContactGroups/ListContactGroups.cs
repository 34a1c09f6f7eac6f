using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>The organization's contact groups, newest first.</summary>
internal static class ListContactGroups
{
    public static async Task<Ok<Page<ContactGroupResponse>>> HandleAsync(
        Query<ListContactGroupsQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ContactGroups.OwnedBy(caller)
            .ToPageAsync(query.Value, ContactGroupResponse.From(db), caller, cursors, cancellationToken));
}

internal sealed record ListContactGroupsQuery(PageRequest Page) : IQueryParameters<ListContactGroupsQuery>, IPagedQuery
{
    public static ListContactGroupsQuery Read(QueryReader query) => new(query.Page());
}
