using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>
/// The constraint on <c>voice</c>, <c>model</c> and <c>transcriber</c>: open objects with a provider's own settings. The members that every
/// provider has are checked when they are there, and errors name them (<c>voice.temperature</c>); everything else passes through.
/// </summary>
internal static partial class ProviderSettings
{
    /// <summary>The largest settings, in bytes as they came.</summary>
    private const int MaxSize = 4 * 1024;

    /// <summary>
    /// How deep objects and arrays may be nested, the settings themselves included. JSON is read and written with at most 64 levels in all,
    /// and the settings stand deeper where they are written: in a list, in a call's snapshot, in the answer to a batch.
    /// </summary>
    private const int MaxDepth = 32;

    private const int MinLanguage = 2;
    private const int MaxLanguage = 35;

    private const string LanguageSyntax = @"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\z";

    private static readonly Dictionary<string, Constraint<JsonElement>> s_members = new()
    {
        ["provider"] = Text(50),
        ["voiceId"] = Text(100),
        ["model"] = Text(100),
        ["language"] = Constraints.Of<JsonElement>(
            new FieldLimits { MinLength = MinLanguage, MaxLength = MaxLanguage, Pattern = LanguageSyntax },
            value => TextOf(value) is { Length: >= MinLanguage and <= MaxLanguage } text && Language().IsMatch(text),
            "Must be a language tag (e.g., en or en-US)"),
        ["temperature"] = Number(2),
    };

    public static Constraint<JsonElement> Constraint { get; } =
        new(new FieldLimits { Fields = s_members.ToDictionary(member => member.Key, member => member.Value.Limits) }, ViolationsOf);

    private static IReadOnlyList<Violation> ViolationsOf(JsonElement settings)
    {
        if (settings.ValueKind is not JsonValueKind.Object)
        {
            return [new Violation("Must be an object")];
        }

        if (Encoding.UTF8.GetByteCount(settings.GetRawText()) > MaxSize)
        {
            return [new Violation($"Must be at most {MaxSize} bytes")];
        }

        if (DepthOf(settings) > MaxDepth)
        {
            return [new Violation($"Must be nested at most {MaxDepth} deep")];
        }

        return !IsPlainText(settings)
            ? [new Violation("Must not contain invalid Unicode text, or control characters other than tab and newline")]
            : [.. settings.EnumerateObject().SelectMany(ViolationsOf)];
    }

    private static IEnumerable<Violation> ViolationsOf(JsonProperty member) =>
        s_members.TryGetValue(member.Name, out var constraint)
            ? constraint.Check(member.Value).Select(violation => violation with { Path = $".{member.Name}" })
            : [];

    private static Constraint<JsonElement> Text(int max) => Constraints.Of<JsonElement>(
        Constraints.Text(1, max).Limits,
        value => TextOf(value) is { } text && PlainText.Length(text) is var length && length >= 1 && length <= max,
        $"Must be a string of 1 to {max} characters");

    private static Constraint<JsonElement> Number(int max) => Constraints.Of<JsonElement>(
        new FieldLimits { Minimum = 0, Maximum = max },
        value => value.ValueKind is JsonValueKind.Number && value.GetDouble() is var number && number >= 0 && number <= max,
        $"Must be a number from 0 to {max}");

    private static string? TextOf(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    /// <summary>
    /// Whether all names and texts in the settings are allowed text. Half a surrogate pair can be written in JSON, but is not: nobody could
    /// read the settings again.
    /// </summary>
    private static bool IsPlainText(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Object =>
                    value.EnumerateObject().All(member => !PlainText.HasForbiddenCharacter(member.Name) && IsPlainText(member.Value)),
                JsonValueKind.Array => value.EnumerateArray().All(IsPlainText),
                JsonValueKind.String => !PlainText.HasForbiddenCharacter(value.GetString()!),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The shape of a BCP 47 tag. Which languages there are is the provider's business.</summary>
    [GeneratedRegex(LanguageSyntax)]
    private static partial Regex Language();
}
