using System.Diagnostics.CodeAnalysis;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>A phone number in a path, for what goes by its number: there the number is the id, and a malformed one a malformed id.</summary>
internal readonly record struct PhoneInPath(string Number) : IParsable<PhoneInPath>
{
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PhoneInPath result)
    {
        result = new PhoneInPath(s ?? "");
        return FieldRules.IsPhone(result.Number);
    }

    /// <exception cref="FormatException">Not E.164.</exception>
    public static PhoneInPath Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var phone) ? phone : throw new FormatException("Not a phone number in E.164 format.");
}
