using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ErzyCall.IntegrationTests.Features.WebhookEndpoints;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.Local;

namespace ErzyCall.IntegrationTests.Platform.OpenApi;

/// <summary><c>.ci/compatible</c> tells a change of the document that breaks clients from one that does not.</summary>
public sealed class CompatibleDocumentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_breaks_clients_is_refused()
    {
        var (exitCode, output) = await CompareAsync(document =>
        {
            var create = Schema(document, "CreateContactRequest");
            Paths(document).Remove("/api/v1/usage");
            Schema(document, "Contact")["properties"]!.AsObject().Remove("email");
            Schema(document, "ContactListItem")["properties"]!.AsObject().Remove("email");
            create["properties"]!["city"] = JsonNode.Parse("""{"type":"string"}""");
            create["required"]!.AsArray().Add("city");
            create["properties"]!.AsObject().Remove("notes");
            create["properties"]!["title"]!["maxLength"] = 100;
            Schema(document, "ContactConflictAction")["enum"]!.AsArray().RemoveAt(0);
            document["webhooks"]!.AsObject().Remove("call.ended");
            Paths(document)["/api/v1/me"]!["get"]!["deprecated"] = true;
        });

        Assert.Equal(1, exitCode);
        Assert.All(
            [
                "[api-path-removed-without-deprecation]", "[response-required-property-removed]", "[new-required-request-property]",
                "[request-property-removed]", "[request-property-max-length-decreased]", "[request-property-enum-value-removed]",
                "[api-deprecated-sunset-missing]", "/webhook/call.ended", "/webhook/contact.created",
            ],
            problem => Assert.Contains(problem, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_clients_bear_passes()
    {
        var (exitCode, output) = await CompareAsync(document =>
        {
            var create = Schema(document, "CreateContactRequest");
            Paths(document)["/api/v1/things"] = Paths(document)["/api/v1/usage"]!.DeepClone();
            foreach (var shown in (string[])["Contact", "ContactListItem"])
            {
                Schema(document, shown)["properties"]!["city"] = JsonNode.Parse("""{"type":["null","string"]}""");
                Schema(document, shown)["required"]!.AsArray().Add("city");
            }

            Schema(document, "CallStatus")["enum"]!.AsArray().Add("paused");
            create["properties"]!["city"] = JsonNode.Parse("""{"type":["null","string"]}""");
            create["properties"]!["title"]!["maxLength"] = 300;
            Schema(document, "ContactConflictAction")["enum"]!.AsArray().Add("merge");
            document["webhooks"]!["call.paused"] = document["webhooks"]!["call.ended"]!.DeepClone();
            Paths(document)["/api/v1/me"]!["get"]!["deprecated"] = true;
            Paths(document)["/api/v1/me"]!["get"]!["x-sunset"] = "9999-01-01";
        });

        Assert.True(exitCode == 0, output);
    }

    private static async Task<(int? ExitCode, string Output)> CompareAsync(Action<JsonNode> change)
    {
        Assert.SkipUnless(NodeReceiver.IsThere("bash") && NodeReceiver.IsThere("npm"), "bash and npm are not both on the PATH.");
        using var folder = new TemporaryFolder();
        var released = Path.Combine(Root(), "docs/openapi.json");
        var document = JsonNode.Parse(await File.ReadAllTextAsync(released, Cancellation))!;
        change(document);
        await File.WriteAllTextAsync(folder["openapi.json"], document.ToJsonString(), Cancellation);
        return await ChildProcess.RunAsync(Root(), ["bash", ".ci/compatible", released, folder["openapi.json"]], Cancellation);
    }

    private static JsonObject Paths(JsonNode document) => document["paths"]!.AsObject();

    private static JsonNode Schema(JsonNode document, string name) => document["components"]!["schemas"]![name]!;

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../.."));
}
