namespace ErzyCall.Api.Features.Organizations;

/// <summary>
/// Whether an organization reaches real people. It never changes: a test organization has no way to a real carrier, whatever its settings
/// say.
/// </summary>
internal enum OrganizationMode
{
    Test,
    Live,
}

/// <summary>The tenant: everything else belongs to exactly one.</summary>
internal sealed class Organization
{
    public const int DefaultMaxConcurrentCalls = 10;

    public Id<Owner> Id { get; private init; }

    public string Name { get; private init; } = "";

    public OrganizationMode Mode { get; private init; }

    /// <summary>How many of its calls may be in <c>processing</c> at once; the others wait in order. At least 1.</summary>
    public int MaxConcurrentCalls { get; set; }

    /// <summary>How many of its calls may wait to be dialled. <c>null</c>: as many as the server's settings say.</summary>
    public int? MaxWaitingCalls { get; set; }

    /// <summary>
    /// Requests per minute of all its keys together. <c>null</c>: the default, or what the largest of its active keys allows.
    /// </summary>
    public int? PerMinute { get; set; }

    /// <summary>
    /// Requests per hour of all its keys together. <c>null</c>: the default, or what the largest of its active keys allows.
    /// </summary>
    public int? PerHour { get; set; }

    /// <summary>
    /// How many of its calls have been claimed for dialling, ever: whose turn it is among the lanes of its queue. Only written by who holds
    /// the row's lock.
    /// </summary>
    public long ClaimedCalls { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public static Organization Create(
        string name, OrganizationMode mode, DateTimeOffset now, int maxConcurrentCalls = DefaultMaxConcurrentCalls) => new()
        {
            Id = Id<Owner>.New(now),
            Name = name,
            Mode = mode,
            MaxConcurrentCalls = maxConcurrentCalls,
            CreatedAt = now,
        };
}
