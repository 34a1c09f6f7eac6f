using System.Globalization;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// What will be said, with the placeholders of the form <c>{{name}}</c> filled in. A value comes from the call's own <c>variableValues</c>, else from
/// the contact, else from the case's default. It goes in as it is: a placeholder inside a value is not rendered again. What has no value stays
/// as it is written, and is listed in <see cref="Unresolved"/>.
/// </summary>
/// <param name="Missing">Required variables of the case that have no value.</param>
/// <param name="TooLong">What became too long to be spoken or kept, in words; it is then not whole.</param>
internal sealed partial record CallScript(string FirstMessage, string Prompt, IReadOnlyList<string> Unresolved, IReadOnlyList<string> Missing, IReadOnlyList<string> TooLong)
{
    /// <summary>
    /// Of a first message with its values. Four thousand placeholders, each for notes of five thousand characters, would be twenty million; and a batch has
    /// room for a thousand such calls.
    /// </summary>
    public const int MaxFirstMessage = 10_000;

    /// <inheritdoc cref="MaxFirstMessage"/>
    public const int MaxPrompt = 100_000;

    /// <summary>The names that variables and placeholders may have.</summary>
    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    public static partial Regex VariableName();

    /// <param name="firstMessage">The call's own, which wins over the case's, the assistant's and the platform's.</param>
    /// <param name="casePrompt">The case's prompt, from the case itself or from the library.</param>
    public static CallScript Render(
        string? firstMessage, IReadOnlyDictionary<string, string> given, Case? script, string? casePrompt, Contact? contact, OutboundAssistant? assistant)
    {
        var values = Values(given, script, contact);
        var unresolved = new List<string>();
        var (spoken, spokenFits) = Fill(firstMessage ?? script?.FirstMessage ?? assistant?.FirstMessage ?? AssistantSnapshot.DefaultFirstMessage, values, unresolved, MaxFirstMessage);
        var (prompt, promptFits) = Fill(casePrompt ?? assistant?.SystemPrompt ?? AssistantSnapshot.DefaultPrompt, values, unresolved, MaxPrompt);
        return new CallScript(
            spoken,
            prompt,
            [.. unresolved.Distinct(StringComparer.Ordinal)],
            [.. (script?.Variables ?? []).Where(variable => variable.Required && !values.ContainsKey(variable.Name)).Select(variable => variable.Name)],
            [.. TooLongOf("first message", spokenFits, MaxFirstMessage), .. TooLongOf("prompt", promptFits, MaxPrompt)]);
    }

    private static IEnumerable<string> TooLongOf(string what, bool fits, int longest) =>
        fits ? [] : [string.Create(CultureInfo.InvariantCulture, $"With its values the {what} must have at most {longest} characters")];

    private static Dictionary<string, string> Values(IReadOnlyDictionary<string, string> given, Case? script, Contact? contact)
    {
        var values = new Dictionary<string, string>(given, StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                values.TryAdd(name, value);
            }
        }

        var variables = script?.Variables ?? [];
        foreach (var variable in variables)
        {
            Add(variable.Name, variable.Source switch
            {
                "contact.title" => contact?.Title,
                "contact.notes" => contact?.Notes,
                _ => null,
            });
        }

        Add("name", contact?.Title);
        Add("email", contact?.Email);
        Add("phone", contact?.Phone);
        Add("notes", contact?.Notes);
        foreach (var variable in variables)
        {
            Add(variable.Name, variable.DefaultValue);
        }

        return values;
    }

    private static (string Text, bool Fits) Fill(string text, Dictionary<string, string> values, List<string> unresolved, int longest)
    {
        // In UTF-16 units, of which a character has two at most. What goes beyond is not even put together.
        var room = 2 * longest;
        var filled = Placeholder().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (values.TryGetValue(name, out var value))
            {
                room -= value.Length;
                return room < 0 ? "" : value;
            }

            unresolved.Add(name);
            return match.Value;
        });
        return (filled, room >= 0 && FieldRules.Length(filled) <= longest);
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[A-Za-z_][A-Za-z0-9_]{0,63})\s*\}\}")]
    private static partial Regex Placeholder();
}
