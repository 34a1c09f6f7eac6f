namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>The settings in the section <c>Webhooks</c>.</summary>
internal sealed record WebhookOptions
{
    public const string Section = "Webhooks";

    /// <summary>
    /// Whether deliveries may go to addresses that are not on the public Internet: this machine, its network, a cloud's metadata service.
    /// On by default in Development, where integrators listen on their own machine; elsewhere it lets whoever has a key reach what only the
    /// server should.
    /// </summary>
    public bool AllowPrivateTargets { get; set; }
}
