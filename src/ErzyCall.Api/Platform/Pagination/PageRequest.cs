using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Pagination;

/// <summary>The page of a list that is asked for.</summary>
/// <param name="Size">The most rows on the page, 1 to <see cref="MaxSize"/>.</param>
/// <param name="Cursor">The cursor that the page before gave, or <c>null</c> for the first page.</param>
/// <remarks>All are left out of JSON: a cursor is bound to a list and its filters, not to a page of it
/// (<see cref="PagedList.NameOf"/>).</remarks>
/// <param name="CursorName">The query parameter that the cursor is given in.</param>
internal sealed record PageRequest(
    [property: JsonIgnore] int Size, [property: JsonIgnore] string? Cursor, [property: JsonIgnore] string CursorName)
{
    public const int DefaultSize = 25;

    public const int MaxSize = 100;
}
