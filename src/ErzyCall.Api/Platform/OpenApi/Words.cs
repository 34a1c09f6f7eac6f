using System.Text.RegularExpressions;

namespace ErzyCall.Api.Platform.OpenApi;

internal static partial class Words
{
    /// <summary>The resource that a parameter names: <c>keyId</c> becomes "key", <c>contactGroupId</c> "contact group".</summary>
    public static string Of(string parameter)
    {
        var noun = parameter.EndsWith("Id", StringComparison.Ordinal) ? parameter[..^2] : parameter;
        return Capital().Replace(noun, word => $" {word.Value.ToLowerInvariant()}");
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
