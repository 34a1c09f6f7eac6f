using System.CommandLine;
using System.Text.Json;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Json;
using Microsoft.AspNetCore.Connections;

namespace ErzyCall.Api.Commands;

/// <summary>
/// The executable's own commands. Without one it serves, and everything on the line is configuration (<c>--urls …</c>).
/// Exit codes: 0 done, 1 failed (why is on standard error), 2 wrong usage.
/// </summary>
internal static class ErzyCallCommandLine
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON", Recursive = true };

    public static async Task<int> RunAsync(string[] args, CommandHost host, params Command[] commands)
    {
        try
        {
            if (args is [] || (args[0].StartsWith('-') && args[0] is not ("--help" or "-h" or "-?" or "--version")))
            {
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
            };
            foreach (var command in commands)
            {
                root.Add(command);
            }

            var line = root.Parse(args);
            if (line.Errors.Count > 0)
            {
                foreach (var error in line.Errors)
                {
                    await Console.Error.WriteLineAsync(error.Message);
                }

                return WrongUsage;
            }

            return await line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperatorException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{failure.Message} Name another address with --urls.");
            return Failed;
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
            await Console.Error.WriteLineAsync("PostgreSQL cannot be reached. Is ConnectionStrings:Postgres right, and is the server running?");
            return Failed;
        }
    }

    /// <summary>A value that must parse; what does not is wrong usage.</summary>
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

    /// <summary>Prints <paramref name="value"/> as <c>--json</c> does.</summary>
    public static void PrintJson<T>(T value) => Print(JsonSerializer.Serialize(value, JsonSettings.Default));

    public static void Print(string line) => Console.Out.WriteLine(line);
}
