using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// A field that a handler cannot do without is <c>required</c> in its request's record. That it lacks, or is <c>null</c>, is still for the
/// validator to say beside all other field errors, and not for the serializer, which would say nothing else.
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
