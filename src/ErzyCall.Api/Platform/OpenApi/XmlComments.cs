using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The documentation comments of the code, as Markdown: what a reader of the code is told, an integrator is told too.</summary>
internal sealed partial class XmlComments
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> _summaries = new(Load);

    /// <summary>The summary of a type, or <c>null</c>.</summary>
    public string? Of(Type type) => _summaries.Value.GetValueOrDefault($"T:{NameOf(type)}");

    /// <summary>The summary of a property, or of the parameter of a record that it is made of; <c>null</c> when there is none.</summary>
    public string? Of(PropertyInfo property) => _summaries.Value.GetValueOrDefault($"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static Dictionary<string, string> Load()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{typeof(XmlComments).Assembly.GetName().Name}.xml");
        return XDocument.Load(file).Descendants("member")
            .Select(member => (Name: member.Attribute("name")!.Value, Summary: member.Element("summary")))
            .Where(member => member.Summary is not null)
            .ToDictionary(member => member.Name, member => Markdown(member.Summary!));
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
}
