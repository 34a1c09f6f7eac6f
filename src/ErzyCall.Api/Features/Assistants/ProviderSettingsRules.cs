using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>
/// The rule for <c>voice</c>, <c>model</c> and <c>transcriber</c>: open objects, a provider's own settings. The members that every provider has are checked when they
/// are there, and errors name them (<c>voice.temperature</c>); everything else passes through.
/// </summary>
internal static partial class ProviderSettingsRules
{
    /// <summary>In bytes, as they came.</summary>
    private const int MaxSize = 4 * 1024;

    /// <summary>
    /// Objects and arrays within each other, the settings themselves included. What is read may have 64 in all and so may what is written, where the settings stand
    /// deeper: in a list, in a call's snapshot, in the answer to a batch.
    /// </summary>
    private const int MaxDepth = 32;

    private const int MaxProvider = 50;
    private const int MaxName = 100;
    private const int MinLanguage = 2;
    private const int MaxLanguage = 35;
    private const int MaxTemperature = 2;

    private const string LanguageSyntax = @"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\z";

    private static readonly FieldLimits s_members = new()
    {
        Fields = new Dictionary<string, FieldLimits>
        {
            ["provider"] = FieldLimits.Text(1, MaxProvider),
            ["voiceId"] = FieldLimits.Text(1, MaxName),
            ["model"] = FieldLimits.Text(1, MaxName),
            ["language"] = new() { MinLength = MinLanguage, MaxLength = MaxLanguage, Pattern = LanguageSyntax },
            ["temperature"] = new() { Minimum = 0, Maximum = MaxTemperature },
        },
    };

    public static void ProviderSettings<T>(this IRuleBuilder<T, JsonElement?> rule) =>
        rule.Telling(s_members).Custom((settings, context) =>
        {
            if (settings is not { } value)
            {
                return;
            }

            var field = context.PropertyPath;
            if (value.ValueKind is not JsonValueKind.Object)
            {
                context.AddFailure(field, "Must be an object");
            }
            else if (Encoding.UTF8.GetByteCount(value.GetRawText()) > MaxSize)
            {
                context.AddFailure(field, $"Must be at most {MaxSize} bytes");
            }
            else if (DepthOf(value) > MaxDepth)
            {
                context.AddFailure(field, $"Must be nested at most {MaxDepth} deep");
            }
            else if (!IsPlainText(value))
            {
                context.AddFailure(field, "Must not contain invalid Unicode text, or control characters other than tab and newline");
            }
            else
            {
                foreach (var member in value.EnumerateObject())
                {
                    if (MisfitOf(member) is { } message)
                    {
                        context.AddFailure($"{field}.{member.Name}", message);
                    }
                }
            }
        });

    private static string? MisfitOf(JsonProperty member)
    {
        var text = member.Value.ValueKind is JsonValueKind.String ? member.Value.GetString() : null;
        return member.Name switch
        {
            "provider" => IsWithin(text, 1, MaxProvider) ? null : $"Must be a string of 1 to {MaxProvider} characters",
            "voiceId" or "model" => IsWithin(text, 1, MaxName) ? null : $"Must be a string of 1 to {MaxName} characters",
            "language" => IsWithin(text, MinLanguage, MaxLanguage) && Language().IsMatch(text!) ? null : "Must be a language tag (e.g., en or en-US)",
            "temperature" => member.Value.ValueKind is JsonValueKind.Number && member.Value.GetDouble() is >= 0 and <= MaxTemperature ? null : $"Must be a number from 0 to {MaxTemperature}",
            _ => null,
        };
    }

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static bool IsWithin(string? text, int min, int max) => text is not null && FieldRules.Length(text) is var length && length >= min && length <= max;

    /// <summary>Half a surrogate pair can be written in JSON but is no text: nobody could read the settings again.</summary>
    private static bool IsPlainText(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Object => value.EnumerateObject().All(member => !FieldRules.HasForbiddenCharacter(member.Name) && IsPlainText(member.Value)),
                JsonValueKind.Array => value.EnumerateArray().All(IsPlainText),
                JsonValueKind.String => !FieldRules.HasForbiddenCharacter(value.GetString()!),
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
