using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace ErzyCall.Api.Platform.Redis;

/// <summary>
/// Reads <c>ConnectionStrings:Redis</c>: an address as hosting providers give it (<c>redis://user:password@host:6379/0</c>,
/// <c>rediss://…</c> with TLS), or the driver's own list (<c>host:6379,password=…,ssl=true</c>; several hosts of a cluster one after the
/// other).
/// </summary>
internal static partial class RedisAddress
{
    private const int DefaultPort = 6379;

    /// <exception cref="OperatorException">It is not there, or cannot be read; the message holds no value of it.</exception>
    public static ConfigurationOptions Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new OperatorException("ConnectionStrings:Redis is not set (as an environment variable: ConnectionStrings__Redis).");
        }

        return text.Contains("://", StringComparison.Ordinal) ? ParseAddress(text.Trim()) : ParseList(text);
    }

    /// <summary>Reads an address by hand and not as a <see cref="Uri"/>: generated passwords hold characters that no address may.</summary>
    private static ConfigurationOptions ParseAddress(string text)
    {
        if (Address().Match(text) is not { Success: true } parts
            || !TryPort(parts.Groups["port"], out var port)
            || !TryDatabase(parts.Groups["database"], out var database))
        {
            throw Unreadable("expected redis://user:password@host:port/0, or rediss:// for TLS");
        }

        var host = parts.Groups["host"].Value.Trim('[', ']');
        var options = new ConfigurationOptions { DefaultDatabase = database, Ssl = parts.Groups["tls"].Success };
        options.EndPoints.Add(host, port);
        if (options.Ssl)
        {
            options.SslHost = host;
        }

        options.User = parts.Groups["user"] is { Length: > 0 } user ? Uri.UnescapeDataString(user.Value) : null;
        options.Password = parts.Groups["password"] is { Success: true } password ? Uri.UnescapeDataString(password.Value) : null;
        return options;
    }

    private static ConfigurationOptions ParseList(string text)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException malformed)
        {
            // The driver names the word that it does not know, or whose value it cannot use; a text that is no list at all it would repeat
            // in parts.
            var name = malformed.ParamName is { } word && text.Contains($"{word}=", StringComparison.OrdinalIgnoreCase)
                ? $"'{word}' is not right; "
                : "";
            throw Unreadable($"{name}expected host:port,password=…", malformed);
        }

        return options.EndPoints.Count > 0 && options.EndPoints.All(IsPossible)
            ? options
            : throw Unreadable("expected host:port,password=…");
    }

    private static bool IsPossible(EndPoint endPoint) => endPoint is not DnsEndPoint name || HostName().IsMatch(name.Host);

    private static bool TryPort(Group group, out int port)
    {
        port = DefaultPort;
        return !group.Success
            || (int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out port)
                && port is >= 1 and <= IPEndPoint.MaxPort);
    }

    private static bool TryDatabase(Group group, out int? database)
    {
        database = null;
        if (group.Length == 0)
        {
            return true;
        }

        var isNumber = int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        database = number;
        return isNumber;
    }

    private static OperatorException Unreadable(string why, Exception? cause = null) =>
        new($"ConnectionStrings:Redis cannot be read: {why}.", cause);

    // The last @ ends the user and the password.
    [GeneratedRegex(
        @"\Aredis(?<tls>s)?://(?:(?<user>[^:]*?)(?::(?<password>.*))?@)?"
        + @"(?<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?<port>[0-9]*))?(?:/(?<database>[^/]*))?\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z")]
    private static partial Regex HostName();
}
