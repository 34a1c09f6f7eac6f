using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Results;

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

            // The whole path: a name given to the context is put behind the path of what holds the map.
            var field = context.PropertyPath;
            void Refuse(string path, string message) => context.AddFailure(new ValidationFailure(path, message));
            if (map.Count > maxEntries)
            {
                // Its entries are not looked at: it would be one error an entry.
                Refuse(field, $"Must have at most {maxEntries} entries");
                return;
            }

            foreach (var (key, value) in (IEnumerable<KeyValuePair<string, string?>>)map!)
            {
                if (!keyPattern.IsMatch(key))
                {
                    Refuse($"{field}.{key}", keyMessage);
                }
                else if (value is null)
                {
                    // The serializer does not check the nullability of a dictionary's values.
                    Refuse($"{field}.{key}", "Must be a string");
                }
                else if (FieldRules.HasForbiddenCharacter(value))
                {
                    Refuse($"{field}.{key}", "Must not contain control characters other than tab and newline");
                }
                else if (FieldRules.Length(value) > maxValueLength)
                {
                    Refuse($"{field}.{key}", $"Must be at most {maxValueLength} characters");
                }
            }
        });
}
