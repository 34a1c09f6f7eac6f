using System.Linq.Expressions;
using System.Text.Json;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Calls;

/// <summary>The organization's calls, newest first: those that pass all filters.</summary>
internal static class ListCalls
{
    /// <summary>The first calls of the whole list, which is asked for most: by a query that is compiled once.</summary>
    private static readonly Func<ErzyCallDbContext, Id<Owner>, int, IAsyncEnumerable<CallListItem>> s_newest =
        EF.CompileAsyncQuery((ErzyCallDbContext db, Id<Owner> organization, int count) =>
            db.Set<Call>()
                .Where(call => call.OrganizationId == organization)
                .OrderByDescending(call => call.CreatedAt)
                .ThenByDescending(call => call.Id)
                .Take(count)
                .Select(CallListItem.FromCall)
                .TagWith(PreparedStatements.Tag)
                .TagWith(IndexOrder.Tag));

    public static async Task<Ok<Page<CallListItem>>> HandleAsync(
        Query<ListCallsQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        await db.RequireOwnAsync(query.Value.ContactId, "contact", caller, cancellationToken);
        await RequireCaseAsync(query.Value.CaseId, caller, db, cancellationToken);
        if (AsksForNewest(query.Value))
        {
            var calls = await s_newest(db, caller.OrganizationId, query.Value.Page.Size + 1).ToListAsync(cancellationToken);
            return TypedResults.Ok(calls.ToPage<Call, CallListItem, ListCallsQuery>(query.Value, caller, cursors));
        }

        return TypedResults.Ok(
            await FiltersOf(query.Value, caller, db).ToPageAsync(query.Value, CallListItem.FromCall, caller, cursors, cancellationToken));
    }

    private static bool AsksForNewest(ListCallsQuery query) => query is
    {
        Status: null,
        Direction: null,
        ContactId: null,
        CaseId: null,
        From: null,
        To: null,
        Phone: null,
        EndedReason: null,
        Metadata.Count: 0,
        Page.Cursor: null,
    };

    /// <summary>Several filters are read in stretches, and a contact or case is looked up before.</summary>
    public static bool IsReadInOneStatement(EndpointFilterInvocationContext context)
    {
        var query = context.Arguments.OfType<Query<ListCallsQuery>>().Single().Value;
        string?[] filters = [query.Status, query.Direction, query.Phone, query.EndedReason, .. query.Metadata.Keys];
        return query is { ContactId: null, CaseId: null } && filters.Count(filter => filter is not null) <= 1;
    }

    /// <summary>Refuses a case that the caller does not have. Calls keep the id of a deleted case, so they are still found by it.</summary>
    private static async Task RequireCaseAsync(Id<Case>? id, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        if (id is { } wanted && !await db.Calls.OwnedBy(caller).AnyAsync(call => call.CaseId == wanted, cancellationToken))
        {
            await db.RequireOwnAsync(id, "case", caller, cancellationToken);
        }
    }

    private static List<ListFilter<Call>> FiltersOf(ListCallsQuery query, Caller caller, ErzyCallDbContext db)
    {
        var calls = InRange(
            db.Calls.OwnedBy(caller).Select(call => new Listed<Call> { CreatedAt = call.CreatedAt, Id = call.Id, Row = call }));
        var filters = query.Metadata.Select(entry => OnMetadata(entry.Key, entry.Value)).ToList();
        if (query.Status is { } status)
        {
            filters.Add(On(call => call.Row.Status == status));
        }

        if (query.Direction is { } direction)
        {
            filters.Add(On(call => call.Row.Direction == direction));
        }

        if (query.ContactId is { } contactId)
        {
            filters.Add(On(call => call.Row.ContactId == contactId));
        }

        if (query.CaseId is { } caseId)
        {
            filters.Add(On(call => call.Row.CaseId == caseId));
        }

        if (query.EndedReason is { } endedReason)
        {
            filters.Add(On(call => call.Row.EndedReason == endedReason));
        }

        if (query.Phone is { } phone)
        {
            filters.Add(new(
                call => call.Row.To == phone || call.Row.From == phone,
                calls.Where(call => call.Row.To == phone),
                calls.Where(call => call.Row.From == phone && call.Row.To != phone)));
        }

        return filters is [] ? [new(_ => true, calls)] : filters;

        IQueryable<TPlace> InRange<TPlace>(IQueryable<TPlace> places)
            where TPlace : Place<Call>
        {
            places = query.From is { } from ? places.Where(place => place.CreatedAt >= from) : places;
            return query.To is { } to ? places.Where(place => place.CreatedAt < to) : places;
        }

        ListFilter<Call> On(Expression<Func<Listed<Call>, bool>> passes) => ListFilter<Call>.On(calls, passes);

        ListFilter<Call> OnMetadata(string key, string value)
        {
            var places = InRange(
                db.CallMetadataEntries
                    .Where(entry => entry.Digest == CallMetadataEntry.DigestOf(caller.OrganizationId.Value, key, value))
                    .Select(entry => new Place<Call> { CreatedAt = entry.CreatedAt, Id = entry.CallId }));
            var wanted = JsonSerializer.Serialize(new Dictionary<string, string> { [key] = value });
            Expression<Func<Listed<Call>, bool>> passes =
                call => EF.Functions.JsonContains(EF.Property<string>(call.Row, CallConfiguration.MetadataSearch), wanted);
            return new(
                passes,
                places.Join(
                    db.Calls.OwnedBy(caller),
                    place => place.Id,
                    call => call.Id,
                    (place, call) => new Listed<Call> { CreatedAt = place.CreatedAt, Id = place.Id, Row = call }).Where(passes),
                places);
        }
    }
}

/// <param name="Status">The status of the calls.</param>
/// <param name="Direction">Whether the organization called or was called.</param>
/// <param name="ContactId">
/// The contact that the calls were placed for. One that the organization does not have, or no longer has, is 404.
/// </param>
/// <param name="CaseId">
/// The case that the calls were placed with; a deleted one can still be asked for as long as there are calls with it. Any other that the
/// organization does not have is 404.
/// </param>
/// <param name="From">The earliest <c>createdAt</c>, itself included.</param>
/// <param name="To">The <c>createdAt</c> before which calls are listed.</param>
/// <param name="Phone">The number on either side of the call, written as the call shows it.</param>
/// <param name="EndedReason">Why the calls are over: a word that <c>endedReason</c> of a call may be, a carrier's own too.</param>
/// <param name="Metadata">The metadata that a call must have: all these entries, with these values.</param>
internal sealed record ListCallsQuery(
    string? Status,
    string? Direction,
    Id<Contact>? ContactId,
    Id<Case>? CaseId,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string? Phone,
    string? EndedReason,
    IReadOnlyDictionary<string, string> Metadata,
    PageRequest Page) : IQueryParameters<ListCallsQuery>, IPagedQuery
{
    private static readonly Constraint<string> s_status = Constraints.OneOf(CallStatus.All);
    private static readonly Constraint<string> s_direction = Constraints.OneOf(CallDirection.All);
    private static readonly Constraint<string> s_endedReason = Constraints.Text(1, Calls.EndedReason.MaxLength);

    public static ListCallsQuery Read(QueryReader query) => new(
        query.Read("status", s_status),
        query.Read("direction", s_direction),
        query.Read("contactId", Constraints.IdOf<Contact>()),
        query.Read("caseId", Constraints.IdOf<Case>()),
        query.Read("from", Constraints.Time),
        query.Read("to", Constraints.Time),
        query.Read("phone", NumberConstraints.WellFormedPhone)?.Text,
        query.Read("endedReason", s_endedReason),
        query.ReadMap("metadata", CreateCallValidator.Metadata),
        query.Page());
}
