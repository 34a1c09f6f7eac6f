using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using ErzyCall.Cli.Commands;
using ErzyCall.Client;

namespace ErzyCall.Cli;

/// <summary>
/// The commands. Exit codes: 0 done, 1 failed (why is on standard error), 2 wrong usage, 130 stopped by Ctrl+C, 141 whoever read the output
/// has gone.
/// </summary>
internal static class ErzyCallCli
{
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Stopped = 130;
    private const int ReaderGone = 141;

    /// <summary>The error number EPIPE of Linux and macOS.</summary>
    private const int BrokenPipe = 32;

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
            await terminal.Error.Profile.Out.Writer.WriteLineAsync(
                $"{string.Join(Environment.NewLine, line.Errors.Select(static error => error.Message).Distinct())}{Environment.NewLine}See {string.Join(' ', Path(line.CommandResult))} --help");
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
            TellKey(cli, line);
            return Stopped;
        }
        catch (ErzyCallException refused)
        {
            cli.Hint($"{refused.Code}: {refused.Message}{(refused.RequestId is null ? "" : $" [{refused.RequestId}]")}");
            if (refused.Status >= HttpStatusCode.InternalServerError || refused.Code == ErzyCallException.Unreadable || refused is { Status: HttpStatusCode.Conflict, RetryAfter: not null })
            {
                TellKey(cli, line);
            }

            return Failed;
        }
        catch (ErzyCallConnectionException silent)
        {
            cli.Hint($"{silent.Message}: {silent.InnerException?.Message}");
            TellKey(cli, line);
            return Failed;
        }
        catch (IOException gone) when (!OperatingSystem.IsWindows() && gone.HResult == BrokenPipe)
        {
            return ReaderGone;
        }
        catch (Exception failure) when (failure is ToolException or IOException or UnauthorizedAccessException or ArgumentException or WebhookVerificationException)
        {
            cli.Hint(failure.Message);
            return Failed;
        }
    }

    /// <summary>Whether it has happened is not known: who asks again must ask for the same, and not for another one.</summary>
    private static void TellKey(CommandContext cli, ParseResult line)
    {
        if (line.CommandResult.Command.Options.OfType<Option<string>>().FirstOrDefault(static option => option.Name == CommandOptions.IdempotencyKey) is { } option)
        {
            cli.Hint($"Whether it has happened is not known. To ask again for the same: {CommandOptions.IdempotencyKey} {line.GetValue(option)}");
        }
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. Path(parent), command.Command.Name] : ["erzycall"];
}
