using System.Text.Json;
using ErzyCall.Client;

namespace ErzyCall.Cli;

/// <summary>A server and a key for it.</summary>
internal sealed record Profile(string Url, string ApiKey)
{
    public ErzyCallOptions ToOptions(TimeProvider clock) => new()
    {
        BaseAddress = Uri.TryCreate(Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new ToolException($"{Url} is no address of a server: it begins with https:// or http://"),
        ApiKey = ApiKey,
        Clock = clock,
    };
}

/// <summary>The profiles of whoever logs in, in a file that nobody else may read.</summary>
internal sealed class Profiles(string folder)
{
    public const string Default = "default";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _file = Path.Combine(folder, "profiles.json");

    public IReadOnlyDictionary<string, Profile> All => Read();

    /// <exception cref="ToolException">There is no such profile.</exception>
    public Profile Find(string name) => Read().TryGetValue(name, out var profile) && profile is { Url.Length: > 0, ApiKey.Length: > 0 }
        ? profile
        : throw new ToolException(name == Default
            ? "Log in first: erzycall login --url https://voice.example.com. Or set ERZYCALL_URL and ERZYCALL_API_KEY."
            : $"There is no profile {name}. Make it: erzycall login --profile {name} --url https://voice.example.com");

    public void Save(string name, Profile profile) => Write(new SortedDictionary<string, Profile>(Read()) { [name] = profile });

    public bool Remove(string name)
    {
        var all = Read();
        if (!all.Remove(name))
        {
            return false;
        }

        Write(all);
        return true;
    }

    private SortedDictionary<string, Profile> Read()
    {
        if (!File.Exists(_file))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, Profile>>(File.ReadAllText(_file), s_json) ?? [];
        }
        catch (JsonException)
        {
            throw new ToolException($"{_file} cannot be read. Mend it, or delete it and log in again.");
        }
    }

    /// <summary>Whole or not at all, and never readable for others, not even for a moment.</summary>
    private void Write(SortedDictionary<string, Profile> profiles)
    {
        Directory.CreateDirectory(folder);
        var written = $"{_file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(written, options))
        {
            JsonSerializer.Serialize(file, profiles, s_json);
        }

        File.Move(written, _file, overwrite: true);
    }
}
