using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Prompts;

namespace ErzyCall.Api.Features.Cases;

/// <summary>The state of a case, which is a label only.</summary>
internal static class CaseStatus
{
    /// <summary>The case is in use.</summary>
    public const string Open = "open";

    /// <summary>The case is put away; calls may still be placed with it.</summary>
    public const string Archived = "archived";

    public static IReadOnlyList<string> All { get; } = [Open, Archived];
}

/// <summary>The sources of a variable's value when the call does not give it.</summary>
internal static class CaseVariableSource
{
    /// <summary>The <c>title</c> of the contact that the call is placed for.</summary>
    public const string ContactTitle = "contact.title";

    /// <summary>The <c>notes</c> of the contact that the call is placed for.</summary>
    public const string ContactNotes = "contact.notes";

    /// <summary>
    /// None: the call gives the value, or it is the default. A variable that is named <c>name</c>, <c>email</c>, <c>phone</c> or
    /// <c>notes</c> is the contact's, as it is without a case.
    /// </summary>
    public const string Custom = "custom";

    public static IReadOnlyList<string> All { get; } = [ContactTitle, ContactNotes, Custom];
}

/// <summary>A placeholder that a case's script has.</summary>
/// <param name="Name">What stands between the braces: <c>date</c> for <c>{{date}}</c>.</param>
/// <param name="Source">Where the value comes from when the call does not give it.</param>
/// <param name="Required">Whether a call is refused (400) on which nothing gives it a value: neither call nor source nor default.</param>
/// <param name="DefaultValue">The value when neither the call nor the source gives one; <c>null</c> when there is none.</param>
internal sealed partial record CaseVariable(
    string Name, [property: OneOf(typeof(CaseVariableSource))] string Source, bool Required, string? DefaultValue)
{
    /// <summary>The names that variables and placeholders may have.</summary>
    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    public static partial Regex NameSyntax();
}

/// <summary>A reusable call script.</summary>
internal sealed class Case : IResource<Case>
{
    public const int MaxTitle = 200;

    public const int MaxDescription = 2_000;

    public const int MaxFirstMessage = 1_000;

    public const int MaxPrompt = 20_000;

    public static string IdPrefix => "case";

    public Id<Case> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    public string Title { get; set; } = "";

    /// <summary>
    /// The state of the case: one of <see cref="CaseStatus"/>. Archived is only a label: calls may still be created with the case.
    /// </summary>
    public string Status { get; set; } = CaseStatus.Open;

    public string? Description { get; set; }

    public string? FirstMessage { get; set; }

    /// <summary>The prompt, unless <see cref="SystemPromptId"/> points to one in the library. Exactly one of the two is set.</summary>
    public string? Prompt { get; set; }

    public Id<Prompt>? SystemPromptId { get; set; }

    public IReadOnlyList<CaseVariable> Variables { get; set; } = [];

    public string[] ToolIds { get; set; } = [];

    public string[] Keyterms { get; set; } = [];

    public string[] Tags { get; set; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
