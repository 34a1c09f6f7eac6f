using System.Reflection;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The names of schemas: <c>Call</c>, <c>CallResponse</c> (a call in its envelope), <c>PromptListResponse</c>, <c>CallPage</c>,
/// <c>CreateCallRequest</c>.
/// </summary>
internal static class SchemaNames
{
    private const string Response = "Response";

    public static string Of(Type type, bool isRequest)
    {
        var name = Of(type);

        // A type that goes both ways has two schemas: what may be left out on the way in is always there on the way out.
        return isRequest && !name.EndsWith("Request", StringComparison.Ordinal) ? $"{name}Input" : name;
    }

    private static string Of(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.GetCustomAttribute<SchemaNameAttribute>() is { } given ? given.Name : Without(type.Name, Response);
        }

        var argument = type.GenericTypeArguments[0];
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Data<>))
        {
            return ItemOf(argument) is { } item ? $"{Noun(item)}List{Response}" : $"{Of(argument)}{Response}";
        }

        return definition == typeof(Page<>) ? $"{Noun(argument)}Page"
            : definition == typeof(BatchResult<>) ? $"{Noun(argument)}BatchResult"
            : $"{string.Concat(type.GenericTypeArguments.Select(Of))}{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}";
    }

    /// <summary>The type of the items when <paramref name="type"/> is a list.</summary>
    private static Type? ItemOf(Type type) =>
        type.IsArray
            ? type.GetElementType()
            : type.GetInterfaces().Append(type)
                .FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>))
                ?.GenericTypeArguments[0];

    private static string Noun(Type item) => Without(Of(item), "ListItem");

    private static string Without(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;
}
