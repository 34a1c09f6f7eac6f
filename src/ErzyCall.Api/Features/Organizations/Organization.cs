namespace ErzyCall.Api.Features.Organizations;

/// <summary>
/// Whether an organization reaches real people. It never changes: a test organization has no way to a real carrier, whatever its settings
/// say.
/// </summary>
internal enum OrganizationMode
{
    /// <summary>Calls and messages are simulated.</summary>
    Test,

    /// <summary>Real phones ring.</summary>
    Live,
}

/// <summary>The tenant: everything else belongs to exactly one.</summary>
internal sealed class Organization
{
    public const int DefaultMaxConcurrentCalls = 10;

    public Id<Owner> Id { get; private init; }

    public string Name { get; private init; } = "";

    public OrganizationMode Mode { get; private init; }

    /// <summary>
    /// The most calls of the organization that may hold a line at once; the others wait in order. At least 1.
    /// </summary>
    public int MaxConcurrentCalls { get; set; }

    /// <summary>
    /// The most calls of the organization that may wait to be dialled; <c>null</c> for as many as the server's settings say.
    /// </summary>
    public int? MaxWaitingCalls { get; set; }

    /// <summary>
    /// The most requests per minute of all keys of the organization together; <c>null</c> for the default, or what the largest of its
    /// active keys allows.
    /// </summary>
    public int? PerMinute { get; set; }

    /// <summary>
    /// The most requests per hour of all keys of the organization together; <c>null</c> for the default, or what the largest of its active
    /// keys allows.
    /// </summary>
    public int? PerHour { get; set; }

    /// <summary>
    /// The number of the organization's calls that have ever been claimed for dialling. It tells which lane of the queue has its turn, and
    /// is only written under the row's lock.
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
