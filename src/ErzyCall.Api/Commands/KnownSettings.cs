using System.Reflection;

namespace ErzyCall.Api.Commands;

/// <summary>The names of all settings that are read.</summary>
internal static class KnownSettings
{
    /// <summary>The sections of .NET and its libraries, which have a structure of their own.</summary>
    private static readonly string[] s_openSections = ["Serilog", "Kestrel", "Logging", "hostBuilder"];

    /// <summary>
    /// The settings of the records that bind a section (each names it in a constant <c>Section</c>), and those that are read one by one.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "ConnectionStrings:Postgres", "ConnectionStrings:PostgresDirect", "ConnectionStrings:PostgresReplica", "ConnectionStrings:Redis",
        "Embedded:DataDirectory", "Embedded:PostgresArchive", "Embedded:PostgresArchiveSha512", "Embedded:PostgresBinaries",
        "Http:PublicUrl", "Http:TrustedProxies", "Metrics:Enabled",
        "urls", "environment", "contentRoot", "applicationName", "webRoot", "AllowedHosts",
        .. Sections(),
    ];

    /// <summary>Whether a setting is read; also as an element of a list (<c>WhatsApp:StopWords:0</c>).</summary>
    public static bool Contains(string setting) =>
        Names.Any(name =>
            setting.Equals(name, StringComparison.OrdinalIgnoreCase)
            || setting.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
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
