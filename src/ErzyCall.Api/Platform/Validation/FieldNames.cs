using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>What a rule's property is called in JSON, and so in errors.</summary>
internal static class FieldNames
{
    public static string? Of(MemberInfo? member, LambdaExpression? rule)
    {
        // A rule for `patch.Title.Value` is a rule for the field `title`.
        if (rule?.Body is MemberExpression { Member.Name: nameof(Optional<>.Value), Expression: MemberExpression { Member: var field, Type: { IsGenericType: true } type } }
            && type.GetGenericTypeDefinition() == typeof(Optional<>))
        {
            member = field;
        }

        return member is null ? null : JsonNamingPolicy.CamelCase.ConvertName(member.Name);
    }
}
