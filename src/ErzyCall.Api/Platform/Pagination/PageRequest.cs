using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Pagination;

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Size">Rows on the page, 1 to <see cref="MaxSize"/>.</param>
/// <param name="Cursor">The cursor that the page before gave, or <c>null</c> for the first page.</param>
/// <remarks>Both are left out of JSON: a cursor is bound to a list and its filters, not to a page of it (<see cref="PagedList.NameOf"/>).</remarks>
internal sealed record PageRequest([property: JsonIgnore] int Size, [property: JsonIgnore] string? Cursor)
{
    public const int DefaultSize = 25;

    public const int MaxSize = 100;
}
