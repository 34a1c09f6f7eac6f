using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Prompts;

namespace ErzyCall.Api.Features.Cases;

internal static class CaseStatus
{
    public const string Open = "open";
    public const string Archived = "archived";

    public static IReadOnlyList<string> All { get; } = [Open, Archived];
}

/// <summary>The sources of a variable's value when the call does not give it.</summary>
internal static class CaseVariableSource
{
    public const string ContactTitle = "contact.title";
    public const string ContactNotes = "contact.notes";
    public const string Custom = "custom";

    public static IReadOnlyList<string> All { get; } = [ContactTitle, ContactNotes, Custom];
}

/// <summary>A placeholder that a case's script has.</summary>
/// <param name="Source">Where the value comes from when the call does not give it.</param>
internal sealed partial record CaseVariable(string Name, string Source, bool Required, string? DefaultValue)
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
