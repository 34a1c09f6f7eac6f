namespace ErzyCall.Api.Platform.Authentication;

/// <summary>How a request carries its key. What the key is, and whose, a feature finds out.</summary>
internal static class ApiKeyScheme
{
    public const string Name = "ApiKey";

    public const string Header = "X-API-Key";
}
