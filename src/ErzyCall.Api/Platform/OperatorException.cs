namespace ErzyCall.Api.Platform;

/// <summary>
/// A reason not to start, or not to run a command, that the operator can do something about: its message is all that is printed.
/// </summary>
internal class OperatorException(string message, Exception? cause = null) : Exception(message, cause);
