namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// What stands in a path in the place of an id, for what goes by something of its own; a malformed one is a malformed id.
/// </summary>
internal interface IPathValue
{
    static abstract FieldLimits Limits { get; }
}
