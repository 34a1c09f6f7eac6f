using System.Text;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>A request to an operation, as it is sent.</summary>
internal sealed record FuzzRequest(ApiOperation Operation)
{
    /// <summary>What stands for each parameter of the path.</summary>
    public IReadOnlyDictionary<string, string> Path { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>Sent instead of <see cref="Query"/>, as it is.</summary>
    public string? RawQuery { get; init; }

    /// <summary>Beside the key and the body's type.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[]? Body { get; init; }

    /// <summary>Of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    public string Url
    {
        get
        {
            var path = Path.Aggregate(Operation.Path, (path, parameter) => path.Replace($"{{{parameter.Key}}}", Uri.EscapeDataString(parameter.Value), StringComparison.Ordinal));
            var query = RawQuery ?? string.Join('&', Query.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));
            return query.Length == 0 ? path : $"{path}?{query}";
        }
    }

    public string? Header(string name) => Headers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault();

    public FuzzRequest With(string header, string value) => this with { Headers = [.. Headers.Where(own => own.Name != header), (header, value)] };

    /// <summary>As one would send it from a shell. The body's bytes that are no plain text are written as bash's <c>$'…'</c> has them.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("curl -X ").Append(Operation.Method).Append(" 'http://localhost:5080").Append(Url.Replace("'", "%27", StringComparison.Ordinal)).Append("' -H \"X-API-Key: $KEY\"");
        foreach (var (name, value) in Headers)
        {
            text.Append(" -H ").Append(Quoted(Encoding.UTF8.GetBytes($"{name}: {value}")));
        }

        if (Body is not null)
        {
            text.Append(" -H ").Append(Quoted(Encoding.UTF8.GetBytes($"Content-Type: {ContentType}"))).Append(" --data-binary ").Append(Quoted(Body));
        }

        return text.ToString();
    }

    private static string Quoted(byte[] bytes)
    {
        var text = new StringBuilder("$'");
        foreach (var octet in bytes)
        {
            _ = octet switch
            {
                (byte)'\'' or (byte)'\\' => text.Append('\\').Append((char)octet),
                >= (byte)' ' and <= (byte)'~' => text.Append((char)octet),
                _ => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{octet:x2}"),
            };
        }

        return text.Append('\'').ToString();
    }
}
