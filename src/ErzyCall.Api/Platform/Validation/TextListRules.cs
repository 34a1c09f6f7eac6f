using FluentValidation;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>The rules for an array of strings. Their errors name the element: <c>tags[3]</c>.</summary>
internal static class TextListRules
{
    private const int MaxTags = 20;
    private const int MaxTag = 50;

    /// <param name="misfit">What is wrong with an element, or <c>null</c>.</param>
    public static void TextList<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule, int maxElements, Func<string, string?> misfit) =>
        rule.Custom((list, context) =>
        {
            if (list is null)
            {
                return;
            }

            var field = context.PropertyPath;
            if (list.Count > maxElements)
            {
                context.AddFailure(field, $"Must have at most {maxElements} elements");
                return;
            }

            for (var index = 0; index < list.Count; index++)
            {
                // The serializer does not check the nullability of elements.
                if ((list[index] is { } text ? misfit(text) : "Must be a string") is { } message)
                {
                    context.AddFailure($"{field}[{index}]", message);
                }
            }
        });

    /// <summary>Text of 1 to <paramref name="max"/> characters.</summary>
    public static string? Misfit(string text, int max) =>
        FieldRules.HasForbiddenCharacter(text) ? "Must not contain control characters other than tab and newline"
        : FieldRules.Length(text) is var length && (length == 0 || length > max) ? $"Must be 1 to {max} characters"
        : null;

    /// <summary>Tags: without commas, because a list is filtered by several of them separated by commas.</summary>
    public static void Tags<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) =>
        rule.TextList(MaxTags, tag => Misfit(tag, MaxTag) ?? (tag.Contains(',', StringComparison.Ordinal) ? "Must not contain commas" : null));
}
