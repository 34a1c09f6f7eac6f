namespace ErzyCall.Api.Platform.Json;

/// <summary>The treatment of a field that a request body should not have.</summary>
internal enum UnknownFields
{
    /// <summary>Refuse it, so that a mistyped <c>scheduledAt</c> never becomes an immediate call.</summary>
    Reject,

    /// <summary>Ignore it.</summary>
    Ignore,
}

/// <summary>The section <c>Api</c>.</summary>
internal sealed record ApiOptions
{
    public const string Section = "Api";

    public UnknownFields UnknownFields { get; init; } = UnknownFields.Reject;
}
