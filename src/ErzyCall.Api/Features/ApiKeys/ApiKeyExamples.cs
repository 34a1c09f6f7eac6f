namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>A key for the API document: fields, as JSON.</summary>
internal static class ApiKeyExamples
{
    public const string Used = "{" + Fields + "}";

    public const string New = "{" + Fields + ""","lastUsedAt":null}""";

    private const string Fields =
        $"""
        "name":"Bookings","scopes":["{Scopes.CallsRead}","{Scopes.CallsWrite}"],"expiresAt":null
        """;
}
