using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Me;

/// <summary>Tells a key whom it speaks for and what it may do.</summary>
internal static class GetMe
{
    public static SingleResource<MeResponse> Handle(Caller caller) => SingleResource.Of(new MeResponse(
        new MeOrganization(caller.OrganizationId, caller.OrganizationName, caller.Mode, caller.OrganizationLimits),
        new MeKey(new Id<ApiKey>(caller.KeyId.Value), caller.KeyName, caller.Scopes, caller.Limits, caller.ExpiresAt)));
}

internal sealed record MeResponse(MeOrganization Organization, MeKey Key);

/// <param name="Limits">The limits of all keys of the organization together.</param>
internal sealed record MeOrganization(Id<Owner> Id, string Name, OrganizationMode Mode, RateLimits Limits);

internal sealed record MeKey(
    Id<ApiKey> Id,
    string Name,
    [property: OneOf(typeof(Scopes))] IReadOnlyList<string> Scopes,
    RateLimits Limits,
    DateTimeOffset? ExpiresAt);
