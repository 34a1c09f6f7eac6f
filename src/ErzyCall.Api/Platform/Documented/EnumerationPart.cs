namespace ErzyCall.Api.Platform.Documented;

/// <summary>Adds the constants of one class to the values of another: what a feature knows and the platform does not.</summary>
internal sealed record EnumerationPart(Type Enumeration, Type Part);
