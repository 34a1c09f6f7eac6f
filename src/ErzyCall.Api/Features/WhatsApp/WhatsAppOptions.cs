namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>The section <c>WhatsApp</c>.</summary>
internal sealed record WhatsAppOptions
{
    public const string Section = "WhatsApp";

    /// <summary>Where Meta's Graph API is.</summary>
    public Uri BaseAddress { get; init; } = new("https://graph.facebook.com");

    /// <summary>Of the Graph API.</summary>
    public string ApiVersion { get; init; } = "v23.0";

    /// <summary>How late a message may be sent: what waits for Meta or for an account longer than this is not sent any more.</summary>
    public TimeSpan SendWithin { get; init; } = TimeSpan.FromMinutes(60);
}
