using System.Reflection;

namespace ErzyCall.Api.Commands;

/// <summary>All settings that something here reads.</summary>
internal static class KnownSettings
{
    /// <summary>What belongs to .NET, and has a structure of its own below it.</summary>
    private static readonly string[] s_openSections = ["Serilog", "Kestrel", "Logging", "hostBuilder"];

    /// <summary>
    /// Those of the records that bind a section (each names it in a constant <c>Section</c>), and those that are read one by one.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "ConnectionStrings:Postgres", "ConnectionStrings:PostgresDirect", "ConnectionStrings:Redis",
        "Embedded:DataDirectory", "Embedded:PostgresBinaries", "Http:PublicUrl", "Http:TrustedProxies", "Metrics:Enabled",
        "urls", "environment", "contentRoot", "applicationName", "webRoot", "AllowedHosts",
        .. Sections(),
    ];

    /// <summary>Also an element of a list (<c>WhatsApp:StopWords:0</c>).</summary>
    public static bool Contains(string setting) =>
        Names.Any(name => setting.Equals(name, StringComparison.OrdinalIgnoreCase) || setting.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
        || s_openSections.Any(section => setting.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Sections() =>
        from type in typeof(KnownSettings).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
        where section is { IsLiteral: true }
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite
        orderby property.Name
        select $"{section.GetRawConstantValue()}:{property.Name}";
}
