using ErzyCall.Api.Commands;
using ErzyCall.Api.Features.ApiKeys;

namespace ErzyCall.Local;

/// <summary>
/// The text for somebody who has just started the server: where it is and, until a first call was placed, how to place one.
/// </summary>
internal static class Welcome
{
    public static void Print(string url, ApiKeySecret? welcomeKey)
    {
        url = url.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        Console.Out.WriteLine(welcomeKey is null ? Again(url) : First(url, welcomeKey.Text));
    }

    /// <summary>
    /// The command that started this server. The .NET tool and the archives have a program of this name; else it was started from source.
    /// </summary>
    private static string OwnCommand =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "erzycall-server"
            ? Environment.ProcessPath!
            : "dotnet run --project src/ErzyCall.Local --";

    private static string Again(string url) =>
        $"""

         ErzyCall serves on {url}
         For another API key, in another terminal on this folder:  {OwnCommand} seed

         """;

    private static string First(string url, string key)
    {
        var calls = $"{url}/api/v1/calls";
        var withKey = $"-H 'X-API-Key: {key}'";
        var newest = $"$(curl -s '{calls}?limit=1' {withKey} | grep -o 'call_[0-9a-z]*')";
        return $"""

         ==============================================================================
          ErzyCall serves on {url}
         ==============================================================================

         Your API key (of a test organization with sample data; shown only now, the next start before a first call shows a new one):

           {key}

         1. Place a call. Nobody's phone rings: the carrier is simulated.

         curl -s {calls} {withKey} -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-call' -d '{Body}'

         2. Read it, with its transcript (the inner command finds the newest call's id).

         curl -s {calls}/{newest} {withKey}

         3. List all calls.

         curl -s {calls} {withKey}

         Or by clicking: open {url} in a browser and show it the key.

         """;
    }

    private const string Body =
        $$$"""{"to":"+14155550100","from":"{{{SampleData.OutboundNumber}}}","firstMessage":"Hello, """
        + """this is a call from {{company}}.","variableValues":{"company":"Acme"}}""";
}
