using System.Text.RegularExpressions;
using FluentValidation;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>The rule for a flat string-to-string object. Its errors name the entry: <c>metadata.order-id</c>.</summary>
internal static class StringMapRules
{
    public static void StringMap<T>(
        this IRuleBuilder<T, OrderedDictionary<string, string>?> rule, int maxEntries, Regex keyPattern, string keyMessage, int maxValueLength) =>
        rule.Telling(FieldLimits.Map(maxEntries, keyPattern, maxValueLength)).Custom((map, context) =>
        {
            if (map is null)
            {
                return;
            }

            var field = context.PropertyPath;
            if (map.Count > maxEntries)
            {
                context.AddFailure(field, $"Must have at most {maxEntries} entries");
            }

            foreach (var (key, value) in (IEnumerable<KeyValuePair<string, string?>>)map!)
            {
                if (!keyPattern.IsMatch(key))
                {
                    context.AddFailure($"{field}.{key}", keyMessage);
                }
                else if (value is null)
                {
                    // The serializer does not check the nullability of a dictionary's values.
                    context.AddFailure($"{field}.{key}", "Must be a string");
                }
                else if (FieldRules.HasForbiddenCharacter(value))
                {
                    context.AddFailure($"{field}.{key}", "Must not contain control characters other than tab and newline");
                }
                else if (FieldRules.Length(value) > maxValueLength)
                {
                    context.AddFailure($"{field}.{key}", $"Must be at most {maxValueLength} characters");
                }
            }
        });
}
