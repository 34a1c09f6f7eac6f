namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>Endpoint metadata: the response holds a secret. Stored for replays, it is encrypted, and never copied to Redis.</summary>
internal sealed record ReturnsSecret
{
    public static ReturnsSecret Instance { get; } = new();
}
