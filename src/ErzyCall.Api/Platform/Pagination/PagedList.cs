using System.Linq.Expressions;
using System.Text.Json;

namespace ErzyCall.Api.Platform.Pagination;

/// <summary>A row with a place in a list that is newest first, or the item that such a list shows of it.</summary>
internal interface IListed<T>
    where T : IHasIdPrefix
{
    Id<T> Id { get; }

    DateTimeOffset CreatedAt { get; }
}

/// <summary>The query parameters of a paged list. Cursors are bound to their type and to the filters among them.</summary>
internal interface IPagedQuery
{
    PageRequest Page { get; }
}

/// <summary>A row at its place in a list, where the place is read from another table's index than the row.</summary>
internal sealed class Listed<T>
    where T : IHasIdPrefix
{
    public required Id<T> Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required T Row { get; init; }
}

internal static class PagedList
{
    /// <summary>The order of every list, paged or not.</summary>
    public static IOrderedQueryable<T> NewestFirst<T>(this IQueryable<T> rows)
        where T : class, IListed<T>, IHasIdPrefix =>
        rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id);

    /// <summary>
    /// One page of <paramref name="rows"/>, newest first with the id as tie-break. It begins behind the last row of the page before, not at
    /// a count of rows: page 10,000 costs what page 1 costs, and what is added meanwhile moves nothing.
    /// </summary>
    /// <param name="rows">The caller's own rows, filtered.</param>
    /// <param name="item">Makes the item that the list shows of a row. It is an expression, so that only what the list shows is read from
    /// the database.</param>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on <c>cursor</c>.</exception>
    public static Task<Page<TItem>> ToPageAsync<T, TItem, TQuery>(
        this IQueryable<T> rows,
        TQuery query,
        Expression<Func<T, TItem>> item,
        Caller caller,
        Cursors cursors,
        CancellationToken cancellationToken)
        where T : class, IListed<T>, IHasIdPrefix
        where TItem : IListed<T>
        where TQuery : IPagedQuery =>
        rows.Select(row => new Listed<T> { Id = row.Id, CreatedAt = row.CreatedAt, Row = row })
            .ToPageAsync(query, item, caller, cursors, cancellationToken);

    /// <inheritdoc
    /// cref="ToPageAsync{T, TItem, TQuery}(IQueryable{T}, TQuery, Expression{Func{T, TItem}}, Caller, Cursors, CancellationToken)"/>
    public static async Task<Page<TItem>> ToPageAsync<T, TItem, TQuery>(
        this IQueryable<Listed<T>> rows,
        TQuery query,
        Expression<Func<T, TItem>> item,
        Caller caller,
        Cursors cursors,
        CancellationToken cancellationToken)
        where T : class, IHasIdPrefix
        where TItem : IListed<T>
        where TQuery : IPagedQuery
    {
        var list = NameOf(query);
        if (cursors.Read(caller, list, query.Page) is { } after)
        {
            var lastId = new Id<T>(after.Id);
            rows = rows.Where(row => EF.Functions.LessThan(
                ValueTuple.Create(row.CreatedAt, row.Id), ValueTuple.Create(after.CreatedAt, lastId)));
        }

        var items = await rows
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id)
            .Take(query.Page.Size + 1)
            .Select(row => row.Row)
            .Select(item)
            .ToListAsync(cancellationToken);
        return Page.Of(items, query.Page, last => cursors.Write(caller, list, new Position(last.CreatedAt, last.Id.Value)));
    }

    /// <summary>Identifies the list to its cursors: the route, by its query's type, and every filter in use.</summary>
    public static string NameOf<TQuery>(TQuery query)
        where TQuery : IPagedQuery =>
        $"{typeof(TQuery).Name}{JsonSerializer.Serialize(query)}";
}
