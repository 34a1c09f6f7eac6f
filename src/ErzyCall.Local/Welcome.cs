using ErzyCall.Api.Commands;
using ErzyCall.Api.Features.ApiKeys;

namespace ErzyCall.Local;

/// <summary>What somebody who has just started the server sees: where it is, and until a first call was placed how to do that.</summary>
internal static class Welcome
{
    public static void Print(string url, ApiKeySecret? welcomeKey)
    {
        url = url.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        Console.Out.WriteLine(welcomeKey is null ? Again(url) : First(url, welcomeKey.Text));
    }

    private static string Again(string url) =>
        $"""

         ErzyCall serves on {url}
         For another API key, in another terminal:  dotnet run --project src/ErzyCall.Local -- seed

         """;

    private static string First(string url, string key) =>
        $"""

         ==============================================================================
          ErzyCall serves on {url}
         ==============================================================================

         Your API key (of a test organization with sample data; shown only now, the next start before a first call shows a new one):

           {key}

         1. Place a call. Nobody's phone rings: the carrier is simulated.

         curl -s {url}/api/v1/calls -H 'X-API-Key: {key}' -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-call' -d '{Body}'

         2. Read it, with its transcript (the inner command finds the newest call's id).

         curl -s {url}/api/v1/calls/$(curl -s '{url}/api/v1/calls?limit=1' -H 'X-API-Key: {key}' | grep -o 'call_[0-9a-z]*') -H 'X-API-Key: {key}'

         3. List all calls.

         curl -s {url}/api/v1/calls -H 'X-API-Key: {key}'

         """;

    private const string Body =
        $$$"""{"to":"+14155550100","from":"{{{SampleData.OutboundNumber}}}","firstMessage":"Hello, this is a call from {{company}}.","variableValues":{"company":"Acme"}}""";
}
