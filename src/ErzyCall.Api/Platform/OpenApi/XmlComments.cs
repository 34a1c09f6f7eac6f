using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The documentation comments of the code, as Markdown: what a reader of the code is told, an integrator is told too, except for remarks.
/// </summary>
internal sealed partial class XmlComments
{
    private readonly Lazy<IReadOnlyDictionary<string, Comment>> _comments = new(Load);

    /// <summary>The summary of a type, or <c>null</c>.</summary>
    public string? Of(Type type) => SummaryOf($"T:{NameOf(type)}");

    /// <summary>The summary of a constant, or <c>null</c>.</summary>
    public string? Of(FieldInfo constant) => SummaryOf($"F:{NameOf(constant.DeclaringType!)}.{constant.Name}");

    /// <summary>
    /// The summary of a property, or of the parameter of a record that it is made of. Where there is none, it is that of the property of
    /// the same name of the type whose comments the property's own type inherits (<c>inheritdoc</c>); <c>null</c> when there is none
    /// either.
    /// </summary>
    public string? Of(PropertyInfo property)
    {
        for (var type = NameOf(property.DeclaringType!); type is not null; type = Inherited(type))
        {
            if (SummaryOf($"P:{type}.{property.Name}") is { } summary)
            {
                return summary;
            }
        }

        return null;
    }

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private string? SummaryOf(string member) => _comments.Value.GetValueOrDefault(member)?.Summary;

    /// <summary>The name of the type whose comments a type inherits; <c>null</c> when it inherits none.</summary>
    private string? Inherited(string type) =>
        _comments.Value.GetValueOrDefault($"T:{type}")?.Inherits is ['T', ':', .. var other] ? other : null;

    private static Dictionary<string, Comment> Load()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{typeof(XmlComments).Assembly.GetName().Name}.xml");
        return XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member").ToDictionary(
            member => member.Attribute("name")!.Value,
            member => new Comment(
                member.Element("summary") is { } summary ? Markdown(summary) : null,
                member.Element("inheritdoc")?.Attribute("cref")?.Value));
    }

    private static string Markdown(XElement summary) => WhiteSpace().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim();

    private static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" or "paramref" } reference => $"`{NameIn(reference)}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Markdown)),
        XText text => text.Value,
        _ => "",
    };

    // The last part of the name, as it is on the wire.
    private static string NameIn(XElement reference)
    {
        var target = reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name");
        var name = LastName().Match(target!.Value).Value;
        return $"{char.ToLowerInvariant(name[0])}{name[1..]}";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"\w+(?=(`\d+)?(\(.*)?$)")]
    private static partial Regex LastName();

    /// <param name="Summary">The summary, as Markdown.</param>
    /// <param name="Inherits">The member whose comments are inherited, as the compiler writes it: <c>T:Namespace.Type</c>.</param>
    private sealed record Comment(string? Summary, string? Inherits);
}
