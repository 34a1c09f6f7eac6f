using System.Runtime.CompilerServices;

namespace ErzyCall.Client;

/// <summary>A page of a list.</summary>
/// <param name="Data">Its items.</param>
/// <param name="Pagination">Whether there are more, and the cursor that leads to them.</param>
public sealed record Page<T>(IReadOnlyList<T> Data, PageInfo Pagination);

/// <summary>A list that is read page by page as it is walked through: <c>await foreach (var call in erzycall.Calls.List())</c>.</summary>
public sealed class PagedList<T> : IAsyncEnumerable<T>
{
    private readonly Func<string?, CancellationToken, Task<Page<T>>> _read;

    internal PagedList(Func<string?, CancellationToken, Task<Page<T>>> read) => _read = read;

    /// <summary>The pages.</summary>
    /// <param name="cursor">The page to begin with: the cursor of the one before it, or <c>null</c> for the first.</param>
    /// <exception cref="ErzyCallException">The server refuses a page.</exception>
    /// <exception cref="ErzyCallConnectionException">The server does not answer.</exception>
    public async IAsyncEnumerable<Page<T>> PagesAsync(string? cursor = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var more = true; more;)
        {
            var page = await _read(cursor, cancellationToken).ConfigureAwait(false);
            yield return page;
            (more, cursor) = (page.Pagination.HasMore && page.Pagination.Cursor is not null, page.Pagination.Cursor);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in PagesAsync(cursor: null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page.Data)
            {
                yield return item;
            }
        }
    }

    /// <summary>All items, or the first <paramref name="most"/> of them.</summary>
    /// <exception cref="ErzyCallException">The server refuses a page.</exception>
    /// <exception cref="ErzyCallConnectionException">The server does not answer.</exception>
    public async Task<IReadOnlyList<T>> ToListAsync(int most = int.MaxValue, CancellationToken cancellationToken = default)
    {
        List<T> items = [];
        await foreach (var page in PagesAsync(cursor: null, cancellationToken).ConfigureAwait(false))
        {
            items.AddRange(page.Data.Take(most - items.Count));
            if (items.Count >= most)
            {
                break;
            }
        }

        return items;
    }
}
