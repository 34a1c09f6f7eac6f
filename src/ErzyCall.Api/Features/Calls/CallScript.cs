using System.Globalization;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// The texts that will be said, with the placeholders of their <see cref="CallTemplate"/>s filled in. A value comes from the call's own
/// <c>variableValues</c>, else from the contact, else from the case's default.
/// </summary>
internal sealed partial class CallScript
{
    /// <summary>The longest first message with its values, in characters.</summary>
    public const int MaxFirstMessage = 10_000;

    /// <summary>The longest prompt with its values, in characters.</summary>
    public const int MaxPrompt = 100_000;

    /// <summary>The stand-in for a value that a reader may not see. No stored text has this character.</summary>
    private const string Hidden = "\0";

    private readonly Template _firstMessage;
    private readonly Template _prompt;
    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly IReadOnlyDictionary<string, string> _fromContact;
    private readonly IReadOnlyDictionary<string, string> _defaults;

    private CallScript(
        Template firstMessage,
        Template prompt,
        IReadOnlyDictionary<string, string> given,
        IReadOnlyDictionary<string, string> fromContact,
        IReadOnlyDictionary<string, string> defaults,
        IEnumerable<CaseVariable> variables)
    {
        (_firstMessage, _prompt, _given, _fromContact, _defaults) = (firstMessage, prompt, given, fromContact, defaults);
        FirstMessage = CallTemplate.Fill(firstMessage.Text, ValueOf, MaxFirstMessage);
        Missing = [.. variables.Where(variable => variable.Required && ValueOf(variable.Name) is null).Select(variable => variable.Name)];
        TooLong =
        [
            .. TooLongOf("first message", CallTemplate.Fits(firstMessage.Text, ValueOf, MaxFirstMessage), MaxFirstMessage),
            .. TooLongOf("prompt", CallTemplate.Fits(prompt.Text, ValueOf, MaxPrompt), MaxPrompt),
        ];
    }

    public string FirstMessage { get; }

    /// <summary>
    /// The prompt with its values. It is put together whenever it is asked for: most calls are placed and read without it.
    /// </summary>
    public string Prompt => CallTemplate.Fill(_prompt.Text, ValueOf, MaxPrompt);

    /// <summary>The required variables of the case that have no value.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>A message for each text that is too long with its values to be spoken or kept; such a text is not whole.</summary>
    public IReadOnlyList<string> TooLong { get; }

    /// <summary>The texts that would be spoken in braces, as they are written.</summary>
    public IReadOnlyList<string> Unresolved => ShownTo(static _ => true).Unresolved;

    /// <summary>
    /// The values that the prompt takes from the call's contact. They are kept with this call alone, beside its own values. <c>null</c>
    /// when the prompt takes no values at all.
    /// </summary>
    public IReadOnlyDictionary<string, string>? PromptValues
    {
        get
        {
            var names = CallTemplate.NamesIn(_prompt.Text);
            return names.Count == 0
                ? null
                : names
                    .Where(name => !_given.ContainsKey(name) && _fromContact.ContainsKey(name))
                    .ToDictionary(name => name, name => _fromContact[name], StringComparer.Ordinal);
        }
    }

    /// <param name="firstMessage">The call's own first message, which wins over the case's, the assistant's and the platform's.</param>
    /// <param name="casePrompt">The case's prompt, from the case itself or from the library.</param>
    public static CallScript Render(
        string? firstMessage,
        IReadOnlyDictionary<string, string> given,
        Case? script,
        string? casePrompt,
        Contact? contact,
        OutboundAssistant? assistant) =>
        new(
            firstMessage is not null ? new Template(firstMessage)
                : script?.FirstMessage is { } ofCase ? new Template(ofCase, Scopes.CasesRead)
                : assistant?.FirstMessage is { } ofAssistant ? new Template(ofAssistant, Scopes.AssistantsRead)
                : new Template(AssistantSnapshot.DefaultFirstMessage),
            PromptOf(script, casePrompt, assistant),
            given,
            ValuesOf(contact, script?.Variables ?? []),
            DefaultsOf(script),
            script?.Variables ?? []);

    /// <summary>The prompt as calls of this case and assistant share it, before its values are filled in.</summary>
    public static string PromptTemplate(Case? script, string? casePrompt, OutboundAssistant? assistant) =>
        PromptOf(script, casePrompt, assistant).Text;

    /// <summary>The values that a case's script has when neither a call nor a contact has one.</summary>
    public static IReadOnlyDictionary<string, string> DefaultsOf(Case? script)
    {
        var defaults = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in script?.Variables ?? [])
        {
            if (variable.DefaultValue is { } value)
            {
                defaults.TryAdd(variable.Name, value);
            }
        }

        return defaults;
    }

    /// <summary>
    /// The script as it is shown to a reader who may read only some of what it is made of. A text that they may not read is <c>null</c>; a
    /// placeholder whose value they may not read stays as it is written, and no braces around or within such a value are told.
    /// </summary>
    /// <param name="holds">Tells whether the reader has a scope.</param>
    public (string? FirstMessage, string? Prompt, IReadOnlyList<string> Unresolved) ShownTo(Func<string, bool> holds)
    {
        string? Visible(string name) =>
            _given.TryGetValue(name, out var value) ? value
            : _fromContact.TryGetValue(name, out value) ? (holds(Scopes.ContactsRead) ? value : null)
            : holds(Scopes.CasesRead) ? _defaults.GetValueOrDefault(name) : null;
        string? Spoken(string name) => Visible(name) ?? (ValueOf(name) is null ? null : Hidden);

        string? Shown(Template text, int longest, Func<string, string?> valueOf) =>
            text.ReadBy.All(holds) ? CallTemplate.Fill(text.Text, valueOf, longest) : null;
        string?[] spoken = [Shown(_firstMessage, MaxFirstMessage, Spoken), Shown(_prompt, MaxPrompt, Spoken)];
        return (
            Shown(_firstMessage, MaxFirstMessage, Visible),
            Shown(_prompt, MaxPrompt, Visible),
            [
                .. spoken.OfType<string>()
                    .SelectMany(CallTemplate.LeftIn)
                    .Where(left => !left.Contains(Hidden, StringComparison.Ordinal))
                    .Distinct(StringComparer.Ordinal),
            ]);
    }

    private static Template PromptOf(Case? script, string? casePrompt, OutboundAssistant? assistant) =>
        // A prompt from the library takes the scope of assistants as well.
        casePrompt is not null && script?.SystemPromptId is not null ? new Template(casePrompt, Scopes.CasesRead, Scopes.AssistantsRead)
        : casePrompt is not null ? new Template(casePrompt, Scopes.CasesRead)
        : assistant?.SystemPrompt is { } ofAssistant ? new Template(ofAssistant, Scopes.AssistantsRead)
        : new Template(AssistantSnapshot.DefaultPrompt);

    private static Dictionary<string, string> ValuesOf(Contact? contact, IReadOnlyList<CaseVariable> variables)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                values.TryAdd(name, value);
            }
        }

        foreach (var variable in variables)
        {
            Add(variable.Name, variable.Source switch
            {
                CaseVariableSource.ContactTitle => contact?.Title,
                CaseVariableSource.ContactNotes => contact?.Notes,
                _ => null,
            });
        }

        Add("name", contact?.Title);
        Add("email", contact?.Email);
        Add("phone", contact?.Phone);
        Add("notes", contact?.Notes);
        return values;
    }

    private static IEnumerable<string> TooLongOf(string what, bool fits, int longest) =>
        fits ? [] : [string.Create(CultureInfo.InvariantCulture, $"With its values the {what} must have at most {longest} characters")];

    private string? ValueOf(string name) =>
        _given.GetValueOrDefault(name) ?? _fromContact.GetValueOrDefault(name) ?? _defaults.GetValueOrDefault(name);

    /// <param name="ReadBy">The scopes that it takes to read the text.</param>
    private sealed record Template(string Text, params IReadOnlyList<string> ReadBy);
}
