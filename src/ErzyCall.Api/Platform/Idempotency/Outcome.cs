namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// What a use case has answered, told to whoever called it once it is committed. It has the form in which it is stored, that of an HTTP
/// answer; a caller that is none reads the body.
/// </summary>
/// <param name="IsKept">
/// Whether it binds its idempotency key, as a success does and a <see cref="StoredRefusal"/>. What is not kept is rolled back.
/// </param>
internal sealed record Outcome(int Status, string? ContentType, string? Location, byte[] Body, bool IsKept)
{
    /// <summary>Whether an earlier request under the same key made it.</summary>
    public bool IsReplay { get; init; }
}
