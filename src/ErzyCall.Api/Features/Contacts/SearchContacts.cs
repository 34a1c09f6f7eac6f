using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>The contacts that match best what somebody types, best first, by title, email or a part of the phone number.</summary>
internal static class SearchContacts
{
    public static async Task<Ok<Data<List<ContactListItem>>>> HandleAsync(
        Query<SearchContactsQuery> query, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var search = await ContactSearch.OfAsync(query.Value.Text, db, cancellationToken);
        return TypedResults.Ok(Data.Of(await search.FindAsync(caller, query.Value.Limit, db, cancellationToken)));
    }
}

internal sealed record SearchContactsQuery(string Text, int Limit) : IQueryParameters<SearchContactsQuery>
{
    private const int DefaultResults = 10;

    private static readonly Constraint<string> s_text = Constraints.Text(2, ContactSearch.MaxLength);
    private static readonly Constraint<Given<int>> s_limit = Constraints.Integer(1, 50);

    public static SearchContactsQuery Read(QueryReader query) => new(
        query.ReadRequired("q", s_text),
        query.Read("limit", s_limit) ?? DefaultResults);
}
