using ErzyCall.Api.Features.WebhookEndpoints.Delivery;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>An address at which an organization wants to be told of events.</summary>
internal sealed class WebhookEndpoint : IResource<WebhookEndpoint>
{
    /// <summary>The most endpoints of one organization.</summary>
    public const int MaxEndpoints = 5;

    public const int MaxUrl = 2_048;

    public const int MaxDescription = 500;

    /// <summary>The time after which an endpoint that always fails is switched off.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromDays(5);

    public static string IdPrefix => "wh";

    public Id<WebhookEndpoint> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    /// <summary>
    /// The endpoint's place among those of its organization, from 1 to <see cref="MaxEndpoints"/>. Each is taken once, so the database
    /// itself allows no sixth endpoint.
    /// </summary>
    public int Slot { get; init; }

    public string Url { get; private set; } = "";

    /// <summary>The names of the events that are sent here, in the order given.</summary>
    public IReadOnlyList<string> Events { get; set; } = [];

    public string? Description { get; set; }

    public bool IsActive { get; private set; } = true;

    /// <summary>
    /// The reason why the server switched the endpoint off; <c>null</c> while it is active and when its owner switched it off.
    /// </summary>
    public string? DisabledReason { get; private set; }

    /// <summary>The secret, encrypted (<see cref="WebhookSecret.Encrypt"/>).</summary>
    public string Secret { get; private set; } = "";

    /// <summary>The secret before this one, encrypted, until <see cref="PreviousSecretUntil"/>; then it is erased.</summary>
    public string? PreviousSecret { get; private set; }

    public DateTimeOffset? PreviousSecretUntil { get; private set; }

    /// <summary>
    /// The time of the first failure since the last success; <c>null</c> when nothing has failed since, or since the endpoint was moved or
    /// switched on.
    /// </summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>The time at which deliveries were last taken from the endpoint's queue: endpoints take turns.</summary>
    public DateTimeOffset? ClaimedAt { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <param name="secret">The secret, encrypted.</param>
    public static WebhookEndpoint Create(
        Id<Owner> organizationId,
        int slot,
        string url,
        IReadOnlyList<string> events,
        string? description,
        string secret,
        DateTimeOffset now) => new()
        {
            Id = Id<WebhookEndpoint>.New(now),
            OrganizationId = organizationId,
            Slot = slot,
            Url = url,
            Events = events,
            Description = description,
            Secret = secret,
            CreatedAt = now,
        };

    /// <summary>
    /// Makes a new secret sign from now on, and beside it the one before for as long as <paramref name="grace"/>. One that was before that
    /// is erased.
    /// </summary>
    /// <param name="secret">The secret, encrypted.</param>
    public void Rotate(string secret, TimeSpan grace, DateTimeOffset now)
    {
        (PreviousSecret, PreviousSecretUntil) = grace > TimeSpan.Zero ? (Secret, now + grace) : ((string?)null, (DateTimeOffset?)null);
        Secret = secret;
    }

    /// <summary>Changes the address. Failures at the old one are not held against a new one.</summary>
    public void MoveTo(string url) => (Url, FailingSince) = (url, url == Url ? FailingSince : null);

    /// <summary>Switches the endpoint on. Failures before that are not held against it.</summary>
    public void SwitchOn() => (IsActive, DisabledReason, FailingSince) = (true, null, null);

    /// <param name="reason">The reason why the server switches it off; <c>null</c> when its owner does it.</param>
    public void SwitchOff(string? reason) => (IsActive, DisabledReason) = (false, reason);

    /// <summary>Takes in the answer to an attempt.</summary>
    /// <returns>Whether the answer has switched the endpoint off.</returns>
    public bool RecordAnswer(WebhookAnswer answer, DateTimeOffset now)
    {
        FailingSince = answer.IsSuccess ? null : FailingSince ?? now;
        var reason = answer.IsGone ? "It answered 410 Gone"
            : now - FailingSince >= s_patience ? "Every attempt failed for five days"
            : null;
        if (!IsActive || reason is null)
        {
            return false;
        }

        SwitchOff(reason);
        return true;
    }
}
