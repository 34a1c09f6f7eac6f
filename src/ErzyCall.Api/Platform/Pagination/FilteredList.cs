using System.Linq.Expressions;

namespace ErzyCall.Api.Platform.Pagination;

/// <summary>One of the filters of a list: where its rows are found, and whether a row that was found otherwise is one of them.</summary>
/// <typeparam name="T">The entity that is listed.</typeparam>
internal sealed class ListFilter<T>
    where T : class, IHasIdPrefix
{
    private readonly IReadOnlyList<IQueryable<Listed<T>>> _rows;
    private readonly IReadOnlyList<IQueryable<Place<T>>> _places;

    /// <param name="passes">Whether a row passes.</param>
    /// <param name="rows">
    /// The caller's own rows that pass, in one part or several that have no row in common. An index has each part in the order of the list,
    /// apart from all other rows.
    /// </param>
    public ListFilter(Expression<Func<Listed<T>, bool>> passes, params IReadOnlyList<IQueryable<Listed<T>>> rows)
        : this(passes, rows, [.. rows.Select(part => part.Select(row => new Place<T> { CreatedAt = row.CreatedAt, Id = row.Id }))])
    {
    }

    /// <param name="places">The places of the rows, where less has to be read for them than for the rows.</param>
    public ListFilter(Expression<Func<Listed<T>, bool>> passes, IQueryable<Listed<T>> rows, IQueryable<Place<T>> places)
        : this(passes, [rows], [places])
    {
    }

    private ListFilter(
        Expression<Func<Listed<T>, bool>> passes, IReadOnlyList<IQueryable<Listed<T>>> rows, IReadOnlyList<IQueryable<Place<T>>> places) =>
        (Passes, _rows, _places) = (passes, rows, places);

    public Expression<Func<Listed<T>, bool>> Passes { get; }

    /// <summary>A filter on columns of the rows.</summary>
    /// <param name="rows">All of the caller's own rows.</param>
    public static ListFilter<T> On(IQueryable<Listed<T>> rows, Expression<Func<Listed<T>, bool>> passes) =>
        new(passes, rows.Where(passes));

    /// <summary>The next rows behind a place, in the order of the list.</summary>
    /// <param name="end">The place of the last row that may be among them.</param>
    public IQueryable<Listed<T>> Rows(Position? after, int count, Position? end = null) =>
        Merged(_rows, part => part.Behind(after).UpTo(end).InOrder().Take(count), rows => rows.InOrder().Take(count))
            .TagWith(IndexOrder.Tag);

    /// <summary>The place of the last of the next rows behind a place; none, when there are not so many.</summary>
    public IQueryable<Place<T>> Reach(Position? after, int count) =>
        Merged(_places, part => part.Behind(after).InOrder().Take(count), places => places.InOrder().Take(count)).InOrder().Skip(count - 1);

    // Each part has its own limit: only so does PostgreSQL read the parts in their order and stop when there are enough of them together.
    private static IQueryable<TPart> Merged<TPart>(
        IReadOnlyList<IQueryable<TPart>> parts,
        Func<IQueryable<TPart>, IQueryable<TPart>> next,
        Func<IQueryable<TPart>, IQueryable<TPart>> nextOfAll) =>
        parts is [var only] ? next(only) : nextOfAll(parts.Select(next).Aggregate(Queryable.Concat));
}

/// <summary>
/// A list by filters, each of which has an index of its own. By several at once the list is read in stretches: each filter is asked how far
/// its next rows reach, which takes its index alone. The one that reaches farthest has the fewest rows there; those are read, the other
/// filters are held against each, and the next stretch begins behind them. So a page costs what the rarest filter has of rows until the
/// page is full, in each part of the list another filter if need be, whatever PostgreSQL believes about the values. What that leaves
/// unbounded: docs/decisions/0030.
/// </summary>
internal static class FilteredList
{
    /// <summary>The rows of the first stretch: enough for most pages, and read in about a millisecond.</summary>
    private const int FirstStretch = 500;

    private const int Growth = 4;

    /// <summary>The most rows of a stretch, so that no statement takes long.</summary>
    private const int LongestStretch = 16_000;

    /// <summary>One page of the rows that pass all filters, as <see cref="PagedList"/> makes one of any rows.</summary>
    /// <param name="filters">At least one.</param>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on <c>cursor</c>.</exception>
    public static async Task<Page<TItem>> ToPageAsync<T, TItem, TQuery>(
        this IReadOnlyList<ListFilter<T>> filters,
        TQuery query,
        Expression<Func<T, TItem>> item,
        Caller caller,
        Cursors cursors,
        CancellationToken cancellationToken)
        where T : class, IHasIdPrefix
        where TItem : IListed<T>
        where TQuery : IPagedQuery
    {
        var wanted = query.Page.Size + 1;
        var after = cursors.Read(caller, PagedList.NameOf(query), query.Page);
        if (filters is [var only])
        {
            var page = await only.Rows(after, wanted).Select(row => row.Row).Select(item).ToListAsync(cancellationToken);
            return page.ToPage<T, TItem, TQuery>(query, caller, cursors);
        }

        var items = new List<TItem>();
        var stretch = FirstStretch;
        do
        {
            var reaches = await ReachesAsync(filters, after, stretch, cancellationToken);
            var rarest = filters.MinBy(filter => reaches.TryGetValue(filter, out var reach) ? (reach.CreatedAt, reach.Id) : default)!;
            Position? end = reaches.TryGetValue(rarest, out var last) ? last : null;

            // There may be more places than rows, and as many rows as places would then reach behind the stretch.
            var rows = filters.Where(filter => filter != rarest)
                .Aggregate(rarest.Rows(after, stretch, end), (rows, other) => rows.Where(other.Passes));
            items.AddRange(await rows.InOrder()
                .Take(wanted - items.Count)
                .Select(row => row.Row)
                .Select(item)
                .ToListAsync(cancellationToken));
            after = end;
            stretch = Math.Min(stretch * Growth, LongestStretch);
        }
        while (after is not null && items.Count < wanted);

        return items.ToPage<T, TItem, TQuery>(query, caller, cursors);
    }

    /// <summary>How far a stretch of each filter reaches. A filter that has no more rows than the stretch is left out.</summary>
    private static async Task<Dictionary<ListFilter<T>, Position>> ReachesAsync<T>(
        IReadOnlyList<ListFilter<T>> filters, Position? after, int stretch, CancellationToken cancellationToken)
        where T : class, IHasIdPrefix
    {
        var reaches = await filters
            .Select((filter, index) =>
                filter.Reach(after, stretch).Select(place => new { Filter = index, place.CreatedAt, place.Id }))
            .Aggregate(Queryable.Concat)
            .TagWith(IndexOrder.Tag)
            .ToListAsync(cancellationToken);
        return reaches.ToDictionary(reach => filters[reach.Filter], reach => new Position(reach.CreatedAt, reach.Id.Value));
    }
}
