using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// A field that a handler cannot do without is <c>required</c> in its request's record. That it is missing or <c>null</c> is still reported
/// by the validator, beside all other field errors, and not by the serializer, which would report nothing else.
/// </summary>
internal static class RequiredFields
{
    public static void LeaveToValidator(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.IsRequired)
            {
                property.IsRequired = false;
                property.IsSetNullable = property.IsSetNullable || !property.PropertyType.IsValueType;
            }
        }
    }
}
