namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// The answer of a use case, given to its caller once it is committed. It has the form in which it is stored, that of an HTTP response; a
/// caller that does not speak HTTP reads the body.
/// </summary>
/// <param name="IsKept">Whether it is committed and stored under its idempotency key, as a success and a <see cref="StoredRefusal"/> are.
/// Everything else is rolled back.</param>
internal sealed record Outcome(int Status, string? ContentType, string? Location, byte[] Body, bool IsKept)
{
    /// <summary>Whether an earlier request under the same key made this outcome.</summary>
    public bool IsReplay { get; init; }
}
