namespace ErzyCall.Api.Platform.Validation;

/// <summary>The constraints of tags. A tag has no comma, because a list is filtered by several tags with commas between them.</summary>
internal static class TagList
{
    private const int MaxCount = 20;

    private const int MaxLength = 50;

    public static Constraint<IReadOnlyList<string>> Constraint { get; } = Constraints.ListOf(
        Constraints.Name(MaxLength).And(
            static text => !text.Contains(',', StringComparison.Ordinal),
            "Must not contain a comma",
            static limits => limits with
            {
                Pattern = $@"^[{PlainText.Blank}]*[^{PlainText.Blank}{PlainText.Forbidden},][^{PlainText.Forbidden},]*\z",
            }),
        MaxCount);

    /// <summary>The constraint of the tags that a list is filtered by.</summary>
    public static Constraint<string> Filter { get; } = Constraints.CommaSeparated(MaxCount, MaxLength);

    /// <summary>Each tag once, in the order in which they first come.</summary>
    public static string[] Distinct(IEnumerable<string> tags) => [.. tags.Distinct(StringComparer.Ordinal)];
}
