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

/// <summary>A row's place in a list.</summary>
internal class Place<T>
    where T : IHasIdPrefix
{
    public required Id<T> Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A row at its place in a list; the place may be read from another table's index than the row.</summary>
internal sealed class Listed<T> : Place<T>
    where T : IHasIdPrefix
{
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
        var items = await rows.Behind(cursors.Read(caller, NameOf(query), query.Page))
            .InOrder()
            .Take(query.Page.Size + 1)
            .Select(row => row.Row)
            .Select(item)
            .ToListAsync(cancellationToken);
        return items.ToPage<T, TItem, TQuery>(query, caller, cursors);
    }

    /// <summary>What follows a place in the order of the list; all, when no place is given.</summary>
    public static IQueryable<Listed<T>> Behind<T>(this IQueryable<Listed<T>> rows, Position? place)
        where T : class, IHasIdPrefix =>
        place is { } after ? rows.Where(IsBehind<Listed<T>, T>(after)) : rows;

    /// <inheritdoc cref="Behind{T}(IQueryable{Listed{T}}, Position?)"/>
    public static IQueryable<Place<T>> Behind<T>(this IQueryable<Place<T>> places, Position? place)
        where T : class, IHasIdPrefix =>
        place is { } after ? places.Where(IsBehind<Place<T>, T>(after)) : places;

    /// <summary>What comes before a place in the order of the list, and what is there; all, when no place is given.</summary>
    public static IQueryable<Listed<T>> UpTo<T>(this IQueryable<Listed<T>> rows, Position? place)
        where T : class, IHasIdPrefix
    {
        if (place is not { } last)
        {
            return rows;
        }

        var lastId = new Id<T>(last.Id);
        return rows.Where(row => EF.Functions.GreaterThanOrEqual(
            ValueTuple.Create(row.CreatedAt, row.Id), ValueTuple.Create(last.CreatedAt, lastId)));
    }

    /// <summary>The rows in the order of the list.</summary>
    public static IOrderedQueryable<Listed<T>> InOrder<T>(this IQueryable<Listed<T>> rows)
        where T : class, IHasIdPrefix =>
        rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id);

    /// <inheritdoc cref="InOrder{T}(IQueryable{Listed{T}})"/>
    public static IOrderedQueryable<Place<T>> InOrder<T>(this IQueryable<Place<T>> places)
        where T : class, IHasIdPrefix =>
        places.OrderByDescending(place => place.CreatedAt).ThenByDescending(place => place.Id);

    private static Expression<Func<TPlace, bool>> IsBehind<TPlace, T>(Position after)
        where TPlace : Place<T>
        where T : class, IHasIdPrefix
    {
        var lastId = new Id<T>(after.Id);
        return place => EF.Functions.LessThan(
            ValueTuple.Create(place.CreatedAt, place.Id), ValueTuple.Create(after.CreatedAt, lastId));
    }

    /// <summary>The page of these items, of which there is one more than the page has when another follows.</summary>
    public static Page<TItem> ToPage<T, TItem, TQuery>(this List<TItem> items, TQuery query, Caller caller, Cursors cursors)
        where T : class, IHasIdPrefix
        where TItem : IListed<T>
        where TQuery : IPagedQuery =>
        Page.Of(items, query.Page, last => cursors.Write(caller, NameOf(query), new Position(last.CreatedAt, last.Id.Value)));

    /// <summary>Identifies the list to its cursors: the route, by its query's type, and every filter in use.</summary>
    public static string NameOf<TQuery>(TQuery query)
        where TQuery : IPagedQuery =>
        $"{typeof(TQuery).Name}{JsonSerializer.Serialize(query)}";
}
