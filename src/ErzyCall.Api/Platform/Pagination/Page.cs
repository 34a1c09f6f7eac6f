namespace ErzyCall.Api.Platform.Pagination;

/// <summary>The answer to a paged list: <c>{"data":[…],"pagination":{…}}</c>.</summary>
/// <param name="Pagination">Whether the list goes on, and how to read on.</param>
internal sealed record Page<T>(IReadOnlyList<T> Data, PageInfo Pagination);

/// <summary>A page's place in its list.</summary>
/// <param name="Cursor">
/// The cursor of the next page, or <c>null</c> on the last one. A feed, which has no last page, always has one.
/// </param>
/// <param name="HasMore">Whether another page follows.</param>
/// <param name="PageSize">The most items that a page holds: <c>limit</c> of the request, or its default.</param>
internal sealed record PageInfo(string? Cursor, bool HasMore, int PageSize);

internal static class Page
{
    /// <param name="rows">The rows of the page, and one more when there is one: that is how it is known whether there is a next
    /// page.</param>
    /// <param name="cursorAfter">Makes the cursor that follows a row.</param>
    public static Page<T> Of<T>(List<T> rows, PageRequest request, Func<T, string> cursorAfter)
    {
        var hasMore = rows.Count > request.Size;
        var data = hasMore ? rows[..request.Size] : rows;
        return new Page<T>(data, new PageInfo(hasMore ? cursorAfter(data[^1]) : null, hasMore, request.Size));
    }
}
