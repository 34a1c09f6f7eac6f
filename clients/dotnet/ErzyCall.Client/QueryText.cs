using System.Globalization;
using System.Text;

namespace ErzyCall.Client;

/// <summary>What a request asks for behind its path.</summary>
internal interface IQuery
{
    void WriteTo(QueryText query);
}

/// <summary>Writes a query, without what is not given.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder _text = new();

    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    public void Add(string name, DateTimeOffset? value) => Add(name, value?.ToString("O", CultureInfo.InvariantCulture));

    public void Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, bool? value) => Add(name, value is { } isSo ? (isSo ? "true" : "false") : null);

    public void Add<T>(string name, T? value)
        where T : struct, INamedValue<T> =>
        Add(name, value?.Value);

    public void Add(string name, IReadOnlyDictionary<string, string>? values)
    {
        foreach (var (key, value) in values ?? new Dictionary<string, string>())
        {
            Add($"{name}[{key}]", value);
        }
    }

    public override string ToString() => _text.ToString();
}
