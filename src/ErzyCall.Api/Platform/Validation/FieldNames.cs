using System.Reflection;
using System.Text.Json;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>The names of properties in JSON, and so in errors.</summary>
internal static class FieldNames
{
    public static string? Of(MemberInfo? member) => member is null ? null : JsonNamingPolicy.CamelCase.ConvertName(member.Name);
}
