using System.CommandLine;
using System.Net.Sockets;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Commands;

/// <summary>
/// The executable's own commands. Without one it serves, and everything on the line is configuration (<c>--urls …</c>).
/// Exit codes: 0 done, 1 failed (why is on standard error), 2 wrong usage.
/// </summary>
internal static class ErzyCallCommandLine
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>The time that a command has to undo what it has begun when somebody stops it.</summary>
    private static readonly TimeSpan s_stopsWithin = TimeSpan.FromSeconds(30);

    /// <summary>Options that stand before a command or alone, and are no settings of a server.</summary>
    private static readonly string[] s_own = ["--help", "-h", "-?", "--version", "--json"];

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON", Recursive = true };

    public static async Task<int> RunAsync(string[] args, CommandHost host, params Command[] commands)
    {
        try
        {
            if (args is [] || (args[0].StartsWith('-') && !s_own.Contains(args[0])))
            {
                if (ServerArguments.Refuse(args, s_own) is { } refusal)
                {
                    await host.Error.WriteLineAsync(refusal);
                    return WrongUsage;
                }

                await host.ServeAsync(args);
                return 0;
            }

            var root = new RootCommand("ErzyCall: a server for AI phone calls. Without a command it serves.")
            {
                Json,
                MigrateCommand.Create(host),
                SeedCommand.Create(host),
                OrganizationCommands.Create(host),
                KeyCommands.Create(host),
                CarrierCommands.Create(host),
                WhatsAppCommands.Create(host),
                AuditCommand.Create(host),
            };
            foreach (var command in commands)
            {
                root.Add(command);
            }

            var line = root.Parse(args);
            if (line.Errors.Count > 0)
            {
                await host.Error.WriteLineAsync(DescribeMisuse(line));
                return WrongUsage;
            }

            return await line.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = s_stopsWithin,
                Output = host.Output,
                Error = host.Error,
            });
        }
        catch (Exception failure) when (Explain(failure) is { } reason)
        {
            await host.Error.WriteLineAsync(reason);
            return Failed;
        }
    }

    /// <summary>
    /// Describes wrong usage: the first unknown word, with the known word that is nearest to it; else what is wrong with the known ones.
    /// </summary>
    private static string DescribeMisuse(ParseResult line)
    {
        if (line.UnmatchedTokens is not [var unknown, ..])
        {
            return string.Join(' ', line.Errors.Select(error => error.Message).Distinct());
        }

        var command = line.CommandResult.Command;
        var inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive));
        var isOption = unknown.StartsWith('-');
        var known = isOption
            ? command.Options.Concat(inherited).Select(option => option.Name)
            : command.Subcommands.Select(subcommand => subcommand.Name);
        return Nearest.Describe(isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument", unknown, known);
    }

    /// <summary>
    /// Explains a failure that whoever sits at the console can do something about, in their words; <c>null</c> for a defect of ours.
    /// </summary>
    private static string? Explain(Exception failure) => failure switch
    {
        // Somebody else runs the server, and wanted only its host.
        HostAbortedException => null,
        OperatorException or OptionsValidationException => failure.Message,
        OperationCanceledException => "Stopped before it was done.",
        _ when DatabaseFailure.Explain(failure) is { } reason => reason,
        UnauthorizedAccessException => $"{failure.Message} Who starts this needs more rights there.",

        // Settings and what they name: "Failed to convert configuration value at 'Simulator:Speed' …", "Invalid url: 'banana'", a file that
        // is no JSON.
        InvalidDataException or FormatException or InvalidOperationException or UriFormatException => OneLine(failure),
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "There is no right to listen on this port. Name another address with --urls.",
        IOException { InnerException: AddressInUseException } => $"{OneLine(failure)} Name another address with --urls.",
        SocketException or IOException => OneLine(failure),
        _ => null,
    };

    /// <summary>
    /// Joins the messages of a failure and of its causes, which tell where something is wrong, e.g. at which line of a file.
    /// </summary>
    private static string OneLine(Exception failure)
    {
        var messages = new List<string>();
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            messages.Add(cause.Message.ReplaceLineEndings(" ").TrimEnd());
        }

        return string.Join(' ', messages.Distinct());
    }

    /// <summary>
    /// Reads secrets, each from the environment variable of its name, else from a line of standard input: never from arguments, which
    /// everybody on the machine can see.
    /// </summary>
    /// <exception cref="OperatorException">One of them is missing.</exception>
    public static async Task<IReadOnlyList<string>> ReadSecretsAsync(
        IReadOnlyList<string> names, TextReader input, CancellationToken cancellationToken)
    {
        var values = new List<string>();
        foreach (var name in names)
        {
            var value = Environment.GetEnvironmentVariable(name) ?? await input.ReadLineAsync(cancellationToken);
            values.Add(string.IsNullOrWhiteSpace(value)
                ? throw new OperatorException(
                    $"{name} is missing: set it, or write the secrets that are not set to standard input, a line each.")
                : value.Trim());
        }

        return values;
    }

    /// <summary>The option <c>--name</c>: 1 to 200 characters, not all of them blank.</summary>
    public static Option<string> Name(string description)
    {
        var name = new Option<string>("--name") { Required = true, Description = $"{description}, 1 to 200 characters" };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: >= 1 and <= 200 } text || VisibleText.IsBlank(text))
            {
                result.AddError("--name: expected 1 to 200 characters");
            }
        });
        return name;
    }

    /// <summary>The option <c>--org</c>: the organization that a command is for.</summary>
    public static Option<Id<Owner>> Organization()
    {
        var org = Parsed<Id<Owner>>(
            "--org",
            "The organization's id",
            text => Id<Owner>.TryParse(text, out var id) ? id : null,
            "an organization id (org_…)");
        org.Required = true;
        return org;
    }

    /// <summary>An option whose value must parse; one that does not is wrong usage.</summary>
    public static Option<T> Parsed<T>(string name, string description, Func<string, T?> parse, string expectation)
        where T : struct => new(name)
        {
            Description = description,
            CustomParser = argument =>
            {
                if (parse(argument.Tokens[0].Value) is { } value)
                {
                    return value;
                }

                argument.AddError($"{name}: expected {expectation}");
                return default;
            },
        };
}
