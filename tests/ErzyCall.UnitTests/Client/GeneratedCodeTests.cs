using System.Text.Json;

namespace ErzyCall.UnitTests.Client;

/// <summary>The .NET client is that of the OpenAPI document; with <c>REFRESH_OPENAPI</c> set, its generated files are written anew.</summary>
public sealed class GeneratedCodeTests
{
    [Fact]
    public void The_generated_files_are_made_of_the_document()
    {
        var folder = Path.Combine(ProjectFolder.Root, "clients/dotnet/ErzyCall.Client/Generated");
        var files = new ClientCode(JsonElement.Parse(File.ReadAllText(Path.Combine(ProjectFolder.Root, "docs/openapi.json")))).Write();
        if (Environment.GetEnvironmentVariable("REFRESH_OPENAPI") is not null)
        {
            foreach (var (name, text) in files)
            {
                File.WriteAllText(Path.Combine(folder, name), text);
            }
        }

        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(folder, file.Key))));
        Assert.Equal(files.Keys.Order(), Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }
}
