using System.Runtime.CompilerServices;
using System.Text;
using ErzyCall.Api;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.OpenApi;

/// <summary><c>docs/openapi.json</c> is what the server serves, so that a change of the API is seen where changes are reviewed.</summary>
public sealed class OpenApiFileTests(TestRun run)
{
    private const string Refresh = "REFRESH_OPENAPI";

    [Fact]
    public async Task The_checked_in_document_is_the_served_one()
    {
        using var client = run.Shared.CreateClient();
        using var response = await client.GetAsync(new Uri($"{ErzyCallApp.DefaultUrl}/openapi/v1.json"), TestContext.Current.CancellationToken);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var served = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var file = FileOf();
        if (Environment.GetEnvironmentVariable(Refresh) is not null)
        {
            await File.WriteAllTextAsync(file, served, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), TestContext.Current.CancellationToken);
        }

        var isCurrent = File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == served;
        Assert.True(
            isCurrent,
            $"docs/openapi.json is not what the server serves. If the API was meant to change, refresh it and review the difference:\n  {Refresh}=1 dotnet run --project tests/ErzyCall.IntegrationTests -- -class \"*{nameof(OpenApiFileTests)}\"");
    }

    private static string FileOf([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../../docs/openapi.json");
}
