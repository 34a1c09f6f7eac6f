using System.Reflection;
using System.Text;
using System.Text.Json;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The sets of values that have a name: classes that keep them in <c>All</c>, most of them with a constant for each. A field that may hold
/// these values only has the schema of that name, wherever it is, so that clients get one type for it.
/// </summary>
internal sealed class Enumerations(XmlComments comments, IEnumerable<EnumerationPart> parts)
{
    private const string All = "All";

    /// <summary>By the set itself and not by what is in it: two sets may be alike today and mean different things.</summary>
    private readonly Dictionary<object, Type> _types = typeof(Enumerations).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: true, IsSealed: true })
        .Select(type => (type, Values: type.GetProperty(All, BindingFlags.Static | BindingFlags.Public)))
        .Where(found => found.Values?.PropertyType.IsAssignableTo(typeof(IReadOnlyCollection<string>)) is true)
        .ToDictionary(object (found) => found.Values!.GetValue(null)!, found => found.type, ReferenceEqualityComparer.Instance);

    /// <summary>The class that keeps a set; <c>null</c> when there is none, as for a set that is used in one place only.</summary>
    public Type? Of(IReadOnlyCollection<string> values) => _types.GetValueOrDefault(values);

    /// <summary>The values that the class keeps, and those of its parts; of an <c>enum</c>, its members.</summary>
    public IReadOnlyCollection<string> ValuesOf(Type enumeration) =>
        enumeration.IsEnum
            ? [.. ConstantsOf(enumeration).Select(ValueOf)]
            :
            [
                .. (IReadOnlyCollection<string>)enumeration.GetProperty(All)!.GetValue(null)!,
                .. PartsOf(enumeration).SelectMany(ConstantsOf).Select(ValueOf),
            ];

    /// <summary>The comment of the class, with a line for each value whose constant has a comment.</summary>
    public string? DescriptionOf(Type enumeration)
    {
        var description = new StringBuilder(comments.Of(enumeration));
        var lines = PartsOf(enumeration).Prepend(enumeration).SelectMany(ConstantsOf)
            .Select(field => (Value: ValueOf(field), Comment: comments.Of(field)))
            .Where(constant => constant.Comment is not null)
            .Select(constant => $"- `{constant.Value}`: {constant.Comment}")
            .ToList();
        if (lines.Count > 0)
        {
            description.Append(description.Length > 0 ? "\n\n" : "").AppendJoin('\n', lines);
        }

        return description.Length > 0 ? description.ToString() : null;
    }

    private IEnumerable<Type> PartsOf(Type enumeration) => parts.Where(part => part.Enumeration == enumeration).Select(part => part.Part);

    private static IEnumerable<FieldInfo> ConstantsOf(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.IsLiteral);

    /// <summary>The text of a constant, or the name of a member of an <c>enum</c> as it is on the wire.</summary>
    private static string ValueOf(FieldInfo field) =>
        field.GetRawConstantValue() as string ?? JsonNamingPolicy.CamelCase.ConvertName(field.Name);
}
