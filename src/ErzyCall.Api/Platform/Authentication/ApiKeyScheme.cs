namespace ErzyCall.Api.Platform.Authentication;

/// <summary>The header in which a request carries its key. A feature finds out what the key is, and whose.</summary>
internal static class ApiKeyScheme
{
    public const string Name = "ApiKey";

    public const string Header = "X-API-Key";
}
