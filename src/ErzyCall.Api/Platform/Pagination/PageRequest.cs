namespace ErzyCall.Api.Platform.Pagination;

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Size">Rows on the page, 1 to <see cref="MaxSize"/>.</param>
/// <param name="Cursor">The cursor that the page before gave, or <c>null</c> for the first page.</param>
internal sealed record PageRequest(int Size, string? Cursor)
{
    public const int DefaultSize = 25;

    public const int MaxSize = 100;

    /// <summary>No position at all: what is left of a list's query when only its filters are looked at.</summary>
    public static PageRequest First { get; } = new(DefaultSize, null);
}
