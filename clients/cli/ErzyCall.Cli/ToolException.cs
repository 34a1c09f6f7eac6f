namespace ErzyCall.Cli;

/// <summary>Something that whoever typed the command can do something about. Its message is all that they see.</summary>
internal sealed class ToolException(string message) : Exception(message);
