using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>
/// Makes a key of the same organization; its secret is in this answer only. It cannot have what the key of the request does not: no other
/// scope (403 <c>INSUFFICIENT_SCOPE</c>), no longer life, no more requests. It may send 60 requests a minute and 1,000 an hour, or as many
/// as the key of the request if that is less. An organization has at most 1,000 active keys: one more is 422 <c>INVALID_STATE</c>.
/// </summary>
/// <remarks>The number of active keys is limited, since each may send requests of its own.</remarks>
internal static class CreateApiKey
{
    public static Task<Created<Data<CreatedApiKeyResponse>>> HandleAsync(
        Body<CreateApiKeyRequest> body, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var request = body.Value;
                if (request.Scopes.FirstOrDefault(scope => !caller.Holds(scope)) is { } missing)
                {
                    throw new ApiException(ApiError.InsufficientScope(missing));
                }

                var now = clock.Now();
                var expiresAt = ExpiryOf(request, caller);
                var active = db.ApiKeys.Where(row => row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now));
                await db.RequireRoomAsync(active, ApiKey.MaxActive, "active API keys", caller, cancellationToken);
                var secret = ApiKeySecret.Generate(caller.Mode);
                var limits = new RateLimits(
                    Math.Min(RateLimits.Default.PerMinute, caller.Limits.PerMinute),
                    Math.Min(RateLimits.Default.PerHour, caller.Limits.PerHour));
                var key = ApiKey.Create(caller.OrganizationId, request.Name, secret, request.Scopes, limits, expiresAt, now);
                db.ApiKeys.Add(key);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created($"{ApiPath.V1}/api-keys/{key.Id}", Data.Of(CreatedApiKeyResponse.Of(key, secret, now)));
            },
            cancellationToken);

    private static DateTimeOffset? ExpiryOf(CreateApiKeyRequest request, Caller caller)
    {
        var expiresAt = request.ExpiresAt?.Value ?? caller.ExpiresAt;
        return caller.ExpiresAt < expiresAt
            ? throw new ApiException(ApiError.InvalidBody(
                new FieldError("expiresAt", "Must not be later than the expiry of the key that makes it")))
            : expiresAt;
    }
}

/// <summary>The key to be made.</summary>
/// <inheritdoc cref="ApiKeyResponse"/>
internal sealed record CreateApiKeyRequest
{
    public required string Name { get; init; }

    /// <summary>What the key may do: scopes that the key of this request holds itself. One that comes twice counts once.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>
    /// The time at which the key expires: in the future, and no later than the key of this request. When left out, it expires as that one
    /// does, or never.
    /// </summary>
    public Given<DateTimeOffset>? ExpiresAt { get; init; }
}

internal sealed class CreateApiKeyValidator : AbstractValidator<CreateApiKeyRequest>
{
    /// <summary>
    /// The most scopes in a request: more than there are, so that a list that is all wrong gets a bounded number of errors.
    /// </summary>
    private const int MaxScopes = 50;

    public CreateApiKeyValidator(TimeProvider clock)
    {
        var miscounted = $"Must name 1 to {MaxScopes} scopes";
        RuleFor(key => key.Name).Required().Is(Constraints.Name(200));
        RuleFor(key => key.Scopes).Required(miscounted).Is(
            Constraints.ListOf(Constraints.OneOf(Scopes.All, "Unknown scope"), MaxScopes, min: 1, miscounted));
        RuleFor(key => key.ExpiresAt).Is(Constraints.Time.And(time => time.Value > clock.Now(), "Must be in the future"));
    }
}
