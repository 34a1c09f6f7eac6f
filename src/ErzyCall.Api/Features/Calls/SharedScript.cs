using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Json;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// The part of a script that calls share, stored once and named by its content: prompt and settings as they were when a call was placed,
/// before the call's own values are filled in. It is written in the transaction of the first call that has it, never changed, and stays for
/// ever, also when all calls that had it are purged.
/// </summary>
internal sealed class SharedScript : IOwned
{
    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>The SHA-256 of <see cref="Content"/>; it is the primary key together with the organization.</summary>
    public byte[] Hash { get; private init; } = [];

    public ScriptContent Content { get; private init; } = null!;

    /// <summary>The <see cref="Content"/> as it is stored and hashed.</summary>
    public string Json
    {
        get => field ??= JsonSerializer.Serialize(Content, JsonSettings.Default);
        private init;
    }

    /// <param name="assistant">The assistant, whose prompt is a <see cref="CallTemplate"/>.</param>
    public static SharedScript Of(
        Id<Owner> organization, AssistantSnapshot assistant, AssistantFeatures features, IReadOnlyDictionary<string, string> defaults)
    {
        var names = CallTemplate.NamesIn(assistant.Prompt);
        var content = new ScriptContent(
            assistant, names.Where(defaults.ContainsKey).ToDictionary(name => name, name => defaults[name], StringComparer.Ordinal))
        {
            Features = features,
        };
        var json = JsonSerializer.Serialize(content, JsonSettings.Default);
        return new SharedScript
        {
            OrganizationId = organization,
            Hash = SHA256.HashData(Encoding.UTF8.GetBytes(json)),
            Content = content,
            Json = json,
        };
    }

    /// <summary>The script of a call, as it was found in the database.</summary>
    public static SharedScript Stored(Call call, ScriptContent content) =>
        new() { OrganizationId = call.OrganizationId, Hash = call.ScriptHash, Content = content };

    /// <summary>The assistant as it was frozen for one call, with the call's values in its prompt.</summary>
    /// <param name="given">The call's own values.</param>
    /// <param name="fromContact">The values of the call's contact; <c>null</c> when the prompt is spoken as it stands here.</param>
    public AssistantSnapshot For(IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string>? fromContact)
    {
        if (fromContact is null)
        {
            return Content.Assistant;
        }

        string? ValueOf(string name) =>
            given.GetValueOrDefault(name) ?? fromContact.GetValueOrDefault(name) ?? Content.Defaults.GetValueOrDefault(name);
        return Content.Assistant with { Prompt = CallTemplate.Fill(Content.Assistant.Prompt, ValueOf) };
    }

    /// <summary>Looks up the scripts of an organization's calls, each once.</summary>
    public static async Task LoadAsync(
        ErzyCallDbContext db, Id<Owner> organization, IReadOnlyCollection<Call> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0)
        {
            return;
        }

        var hashes = calls.Select(call => call.ScriptHash).ToList();
        var scripts = (await db.CallScripts
            .Where(script => script.OrganizationId == organization && hashes.Contains(script.Hash))
            .AsNoTracking()
            .ToListAsync(cancellationToken)).ToDictionary(script => Convert.ToHexString(script.Hash));
        foreach (var call in calls)
        {
            call.Script = scripts[Convert.ToHexString(call.ScriptHash)];
        }
    }

    /// <summary>
    /// The statement that writes the scripts which are not there yet, in one order: two transactions that write the same ones wait for each
    /// other, and never in a circle.
    /// </summary>
    public static FormattableString Keep(Id<Owner> organization, IReadOnlyCollection<SharedScript> scripts)
    {
        var hashes = scripts.Select(script => script.Hash).ToArray();
        var contents = scripts.Select(script => script.Json).ToArray();
        return $"""
                INSERT INTO call_scripts (organization_id, hash, content)
                SELECT {organization.Value}, hash, content::json FROM unnest({hashes}, {contents}) AS script (hash, content)
                ORDER BY hash
                ON CONFLICT DO NOTHING
                """;
    }
}

/// <param name="Defaults">The values of names in the prompt for which neither a call nor its contact has one.</param>
internal sealed record ScriptContent(AssistantSnapshot Assistant, IReadOnlyDictionary<string, string> Defaults)
{
    public AssistantFeatures Features { get; init; } = AssistantFeatures.None;
}

internal sealed class SharedScriptConfiguration : IEntityTypeConfiguration<SharedScript>
{
    public void Configure(EntityTypeBuilder<SharedScript> builder)
    {
        builder.ToTable("call_scripts");
        builder.HasKey(script => new { script.OrganizationId, script.Hash });
        builder.Property(script => script.Content).IsJson();
        builder.Ignore(script => script.Json);
        builder.HasOne<Organization>().WithMany().HasForeignKey(script => script.OrganizationId);
    }
}

internal static class SharedScriptTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<SharedScript> CallScripts => db.Set<SharedScript>();
    }
}
