using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Me;

/// <summary>Tells a key whom it speaks for, what it may do, and how many requests it may send.</summary>
internal static class GetMe
{
    public static SingleResource<MeResponse> Handle(Caller caller) => SingleResource.Of(new MeResponse(
        new MeOrganization(caller.OrganizationId, caller.OrganizationName, caller.Mode, caller.OrganizationLimits),
        new MeKey(new Id<ApiKey>(caller.KeyId.Value), caller.KeyName, caller.Scopes, caller.Limits, caller.ExpiresAt)));
}

/// <summary>A key, and the organization that it speaks for.</summary>
/// <param name="Organization">The organization whose data the key reads and changes.</param>
/// <param name="Key">The key that the request came with.</param>
internal sealed record MeResponse(MeOrganization Organization, MeKey Key);

/// <summary>The organization that a key speaks for.</summary>
/// <param name="Name">What the operator of the server calls the organization.</param>
/// <param name="Mode">
/// <c>live</c> reaches real people; in <c>test</c> all calls and messages are simulated, whatever the settings say. It never changes.
/// </param>
/// <param name="Limits">The limits of all keys of the organization together.</param>
internal sealed record MeOrganization(Id<Owner> Id, string Name, OrganizationMode Mode, RateLimits Limits);

/// <summary>The key that a request came with.</summary>
/// <inheritdoc cref="ApiKeyResponse"/>
/// <param name="Limits">The limits of this key alone; those of the organization count beside them.</param>
[Example(ApiKeyExamples.Used)]
internal sealed record MeKey(
    Id<ApiKey> Id,
    string Name,
    [property: OneOf(typeof(Scopes))] IReadOnlyList<string> Scopes,
    RateLimits Limits,
    DateTimeOffset? ExpiresAt);
