using System.CommandLine;
using System.CommandLine.Parsing;
using ErzyCall.Cli.Commands;
using ErzyCall.Client;

namespace ErzyCall.Cli;

/// <summary>The commands. Exit codes: 0 done, 1 failed (why is on standard error), 2 wrong usage, 130 stopped by Ctrl+C.</summary>
internal static class ErzyCallCli
{
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Stopped = 130;

    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var cli = new CommandContext(terminal);
        var root = new RootCommand("ErzyCall at a terminal: calls, contacts, do-not-call, events and webhooks. Begin with: erzycall login")
        {
            CommandContext.Json,
            CommandContext.Profile,
            ProfileCommands.Login(cli),
            ProfileCommands.Logout(cli),
            ProfileCommands.List(cli),
            CallCommands.Create(cli),
            ContactCommands.Create(cli),
            DoNotCallCommands.Create(cli),
            EventCommands.Create(cli),
            WebhookCommands.Create(cli),
            TriggerCommand.Create(cli),
            CompletionCommand.Create(cli),
        };
        var line = root.Parse(args);
        if (line.Errors.Count > 0)
        {
            cli.Explain($"{string.Join(' ', line.Errors.Select(static error => error.Message).Distinct())} See {string.Join(' ', Path(line.CommandResult))} --help");
            return WrongUsage;
        }

        try
        {
            return await line.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = terminal.Output.Profile.Out.Writer,
                Error = terminal.Error.Profile.Out.Writer,
            });
        }
        catch (OperationCanceledException)
        {
            cli.Hint("Stopped.");
            return Stopped;
        }
        catch (ErzyCallException refused)
        {
            cli.Explain($"{refused.Code}: {refused.Message}{(refused.RequestId is null ? "" : $" [{refused.RequestId}]")}");
            return Failed;
        }
        catch (ErzyCallConnectionException silent)
        {
            cli.Explain($"{silent.Message}: {silent.InnerException?.Message}{(silent.IdempotencyKey is null ? "" : $" To ask again for the same: --idempotency-key {silent.IdempotencyKey}")}");
            return Failed;
        }
        catch (Exception failure) when (failure is ToolException or IOException or UnauthorizedAccessException)
        {
            cli.Explain(failure.Message);
            return Failed;
        }
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. Path(parent), command.Command.Name] : ["erzycall"];
}
