using System.Text.Json;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Calls;

/// <summary>The organization's calls, newest first.</summary>
internal static class ListCalls
{
    public static async Task<Ok<Page<CallListItem>>> HandleAsync(
        Query<ListCallsQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        await db.RequireOwnAsync(query.Value.ContactId, "contact", caller, cancellationToken);
        await RequireCaseAsync(query.Value.CaseId, caller, db, cancellationToken);
        var calls = Filter(db.Calls.OwnedBy(caller), query.Value);
        return TypedResults.Ok(await calls.ToPageAsync(query.Value, CallListItem.FromCall, caller, cursors, cancellationToken));
    }

    /// <summary>Refuses a case that the caller does not have. Calls keep the id of a deleted case, so they are still found by it.</summary>
    private static async Task RequireCaseAsync(Id<Case>? id, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        if (id is { } wanted && !await db.Calls.OwnedBy(caller).AnyAsync(call => call.CaseId == wanted, cancellationToken))
        {
            await db.RequireOwnAsync(id, "case", caller, cancellationToken);
        }
    }

    private static IQueryable<Call> Filter(IQueryable<Call> calls, ListCallsQuery filter)
    {
        if (filter.Status is { } status)
        {
            calls = calls.Where(call => call.Status == status);
        }

        if (filter.ContactId is { } contactId)
        {
            calls = calls.Where(call => call.ContactId == contactId);
        }

        if (filter.CaseId is { } caseId)
        {
            calls = calls.Where(call => call.CaseId == caseId);
        }

        if (filter.From is { } from)
        {
            calls = calls.Where(call => call.CreatedAt >= from);
        }

        if (filter.To is { } to)
        {
            calls = calls.Where(call => call.CreatedAt < to);
        }

        if (filter.EndedReason is { } endedReason)
        {
            calls = calls.Where(call => call.EndedReason == endedReason);
        }

        if (filter.Metadata.Count > 0)
        {
            var wanted = JsonSerializer.Serialize(filter.Metadata);
            calls = calls.Where(call => EF.Functions.JsonContains(EF.Property<string>(call, CallConfiguration.MetadataSearch), wanted));
        }

        // Each side is read by its own index, in the order of the list, and both are then merged. Asked for both at once, PostgreSQL reads
        // all calls of a number, or of the organization.
        return filter.Phone is { } phone
            ? calls.Where(call => call.To == phone).Concat(calls.Where(call => call.From == phone && call.To != phone))
            : calls;
    }
}

/// <param name="From">The earliest <c>createdAt</c>, itself included.</param>
/// <param name="To">The <c>createdAt</c> before which calls are listed.</param>
/// <param name="Phone">The number on either side of the call.</param>
/// <param name="Metadata">The metadata that a call must have: all these entries, with these values.</param>
internal sealed record ListCallsQuery(
    string? Status,
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
    private static readonly Constraint<string> s_endedReason = Constraints.Text(1, Calls.EndedReason.MaxLength);

    public static ListCallsQuery Read(QueryReader query) => new(
        query.Read("status", s_status),
        query.Read("contactId", Constraints.IdOf<Contact>()),
        query.Read("caseId", Constraints.IdOf<Case>()),
        query.Read("from", Constraints.Time),
        query.Read("to", Constraints.Time),
        query.Read("phone", NumberConstraints.WellFormedPhone)?.Text,
        query.Read("endedReason", s_endedReason),
        query.ReadMap("metadata", CreateCallValidator.Metadata),
        query.Page());
}
