using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ErzyCall.Cli.Commands;

/// <summary>The options that several commands have.</summary>
internal static partial class CommandOptions
{
    public const string IdempotencyKey = "--idempotency-key";

    /// <summary>The most that a page of a list has.</summary>
    public const int PageSize = 100;

    public static Option<int> Limit() => new("--limit")
    {
        Description = "How many at most",
        DefaultValueFactory = static _ => 25,
        CustomParser = static argument =>
        {
            if (int.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0)
            {
                return most;
            }

            argument.AddError("--limit: expected a number from 1 on");
            return 0;
        },
    };

    /// <summary>Without one there is one of this command's own, which is told when it has to be known.</summary>
    public static Option<string> Keyed() => new(IdempotencyKey)
    {
        Description = "What makes this one and the same however often it is asked for, for 24 hours",
        DefaultValueFactory = static _ => Guid.NewGuid().ToString(),
    };

    /// <summary>A time with its offset: without one it would be another time on another machine.</summary>
    public static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = argument =>
        {
            if (WholeTime().IsMatch(argument.Tokens[0].Value) && DateTimeOffset.TryParse(argument.Tokens[0].Value, CultureInfo.InvariantCulture, out var time))
            {
                return time;
            }

            argument.AddError($"{name}: expected a time with its offset, such as 2027-01-15T10:30:00-05:00");
            return null;
        },
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)\z", RegexOptions.ECMAScript)]
    private static partial Regex WholeTime();

    public static Option<IReadOnlyDictionary<string, string>?> Pairs(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "name=value",
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = argument =>
        {
            var pairs = new Dictionary<string, string>();
            foreach (var token in argument.Tokens)
            {
                if (token.Value.Split('=', 2) is not [{ Length: > 0 } key, var value])
                {
                    argument.AddError($"{name}: expected name=value");
                    return null;
                }

                pairs[key] = value;
            }

            return pairs;
        },
    };
}
