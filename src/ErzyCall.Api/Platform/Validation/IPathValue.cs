namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// A value that stands in a path in the place of an id, for resources that go by something else; a malformed one counts as a malformed id.
/// </summary>
internal interface IPathValue
{
    static abstract FieldLimits Limits { get; }

    /// <summary>What the value is, in a sentence for integrators.</summary>
    static abstract string Description { get; }
}
