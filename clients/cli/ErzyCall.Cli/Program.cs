using ErzyCall.Cli;

return await ErzyCallCli.RunAsync(args, Terminal.OfProcess());
