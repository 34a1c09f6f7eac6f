using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// What will be said, with the placeholders of the form <c>{{name}}</c> filled in. A value comes from the call's own <c>variableValues</c>, else from
/// the contact, else from the case's default. It goes in as it is: a placeholder inside a value is not rendered again. What has no value stays
/// as it is written, and is listed in <see cref="Unresolved"/>.
/// </summary>
/// <param name="Missing">Required variables of the case that have no value.</param>
internal sealed partial record CallScript(string FirstMessage, string Prompt, IReadOnlyList<string> Unresolved, IReadOnlyList<string> Missing)
{
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
        return new CallScript(
            Fill(firstMessage ?? script?.FirstMessage ?? assistant?.FirstMessage ?? AssistantSnapshot.DefaultFirstMessage, values, unresolved),
            Fill(casePrompt ?? assistant?.SystemPrompt ?? AssistantSnapshot.DefaultPrompt, values, unresolved),
            [.. unresolved.Distinct(StringComparer.Ordinal)],
            [.. (script?.Variables ?? []).Where(variable => variable.Required && !values.ContainsKey(variable.Name)).Select(variable => variable.Name)]);
    }

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

    private static string Fill(string text, Dictionary<string, string> values, List<string> unresolved) =>
        Placeholder().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (values.TryGetValue(name, out var value))
            {
                return value;
            }

            unresolved.Add(name);
            return match.Value;
        });

    [GeneratedRegex(@"\{\{\s*(?<name>[A-Za-z_][A-Za-z0-9_]{0,63})\s*\}\}")]
    private static partial Regex Placeholder();
}
