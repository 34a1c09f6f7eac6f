using ErzyCall.Api.Commands;

return await ErzyCallCommandLine.RunAsync(args, new ConfiguredHost());

internal sealed partial class Program;
