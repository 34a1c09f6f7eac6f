using System.Net;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>The errors and constraints that the use cases of endpoints and deliveries share.</summary>
internal static class WebhookEndpointRules
{
    /// <summary>The longest name of a host, in characters, as DNS has it.</summary>
    private const int MaxHost = 253;

    public static ApiError NotFound { get; } = ApiError.NotFound("webhook endpoint");

    public static ApiError TooMany { get; } =
        new(
            FeatureErrorCode.MaxEndpoints,
            StatusCodes.Status422UnprocessableEntity,
            $"An organization has at most {WebhookEndpoint.MaxEndpoints} webhook endpoints");

    public static ApiError Inactive { get; } = ApiError.InvalidState("The webhook endpoint is inactive: switch it on first");

    /// <summary>
    /// The addresses that deliveries can be sent to, as far as the text tells: what a host's name leads to is checked whenever a connection
    /// is made.
    /// </summary>
    public static Constraint<string> Target(WebhookOptions options) => Constraints.Of<string>(
        new FieldLimits { MinLength = 1, MaxLength = WebhookEndpoint.MaxUrl, Format = "uri" },
        url => ProblemOf(url, options.AllowPrivateTargets));

    /// <summary>Names of events that can be subscribed to, each once.</summary>
    public static Constraint<IReadOnlyList<string>> Subscriptions { get; } = Constraints.SomeOf(
        EventType.All, max: EventType.All.Count, min: 1, miscounted: $"Must name 1 to {EventType.All.Count} events");

    private static string? ProblemOf(string text, bool allowsPrivateTargets)
    {
        if (text.Length is 0 or > WebhookEndpoint.MaxUrl)
        {
            return $"Must be 1 to {WebhookEndpoint.MaxUrl} characters";
        }

        // RFC 3986 knows no other characters. What a parser makes of a space at the end, a backslash, or a digit of another script is not
        // what everybody takes it for.
        if (text.Any(character => character is <= ' ' or > '~' or '\\'))
        {
            return @"Must be ASCII without spaces and '\': an international host name in its form xn--…, all else percent-encoded";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !IsHost(url))
        {
            return "Must be an absolute URL with a host";
        }

        if (url.Scheme != Uri.UriSchemeHttps && !(allowsPrivateTargets && url.Scheme == Uri.UriSchemeHttp))
        {
            return "Must be an https:// URL";
        }

        // Empty ones are refused, too: "https://@example.com/#".
        if (AuthorityOf(text).Contains('@', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
        {
            return "Must not have credentials or a fragment";
        }

        if (!PublicAddressOnly.IsAllowedPort(url.Port))
        {
            return PublicAddressOnly.PortRefused;
        }

        return !allowsPrivateTargets && IPAddress.TryParse(url.IdnHost, out var address) && !PublicAddressOnly.IsPublic(address)
            ? PublicAddressOnly.NotPublic
            : null;
    }

    /// <summary>
    /// Whether a URL has a host: an address, or a name that can be looked up. A name that ends in a number is none, but an address
    /// miswritten ("127.0.0.1.", "256.0.0.1").
    /// </summary>
    private static bool IsHost(Uri url) => url.HostNameType switch
    {
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => url.IdnHost.TrimEnd('.') is { Length: <= MaxHost } name && !name.Split('.')[^1].All(char.IsAsciiDigit),
        _ => false,
    };

    private static string AuthorityOf(string url)
    {
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        return rest.IndexOfAny(['/', '?', '#']) is var end and >= 0 ? rest[..end] : rest;
    }
}
