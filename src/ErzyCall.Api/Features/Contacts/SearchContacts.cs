using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// The contacts that match best what somebody types, best first, by title, email or a part of the phone number. Case and accents do not
/// matter. First comes what equals the text, then what begins with it, what has a word that begins with it, and what has it inside of a
/// word (from three characters on); while fewer than <c>limit</c> were found, also what is one typo away.
/// </summary>
internal static class SearchContacts
{
    public static async Task<Ok<Data<List<ContactListItem>>>> HandleAsync(
        Query<SearchContactsQuery> query, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var search = await ContactSearch.OfAsync(query.Value.Q, db, cancellationToken);
        return TypedResults.Ok(Data.Of(await search.FindAsync(caller, query.Value.Limit, db, cancellationToken)));
    }
}

/// <param name="Q">
/// What somebody types. When it is made of digits, spaces and <c>+().-</c> only, with three digits or more, it is looked for in phone
/// numbers, else in titles and emails.
/// </param>
/// <param name="Limit">The most contacts to answer; 10 when left out.</param>
internal sealed record SearchContactsQuery(string Q, int Limit) : IQueryParameters<SearchContactsQuery>
{
    private const int DefaultResults = 10;

    private static readonly Constraint<string> s_text = Constraints.Text(2, ContactSearch.MaxLength);
    private static readonly Constraint<Given<int>> s_limit = Constraints.Integer(1, 50, DefaultResults);

    public static SearchContactsQuery Read(QueryReader query) => new(
        query.ReadRequired("q", s_text),
        query.Read("limit", s_limit) ?? DefaultResults);
}
