namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>The settings in the section <c>WhatsApp</c>.</summary>
internal sealed record WhatsAppOptions
{
    public const string Section = "WhatsApp";

    /// <summary>The address of Meta's Graph API.</summary>
    public Uri BaseAddress { get; init; } = new("https://graph.facebook.com");

    /// <summary>The version of the Graph API.</summary>
    public string ApiVersion { get; init; } = "v23.0";

    /// <summary>
    /// The longest delay with which a message may still be sent: one that waits longer for Meta or for an account is not sent any more.
    /// </summary>
    public TimeSpan SendWithin { get; init; } = TimeSpan.FromMinutes(60);
}
