using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>Hours of some days of the week: from a time of day, and until another is reached.</summary>
[Example("""{"days":["mon","tue","wed","thu","fri"],"from":"09:00","to":"18:00"}""")]
internal sealed record CallingWindowRequest
{
    public IReadOnlyList<string?>? Days { get; init; }

    public string? From { get; init; }

    /// <summary>Later than <c>from</c>; <c>24:00</c> is the end of the day.</summary>
    public string? To { get; init; }
}

/// <summary>How often one number, in whatever form, may be dialled within so many hours.</summary>
internal sealed record MaxPerNumberRequest
{
    public int? Count { get; init; }

    public int? Hours { get; init; }
}

/// <summary>What the fields of a calling policy may be.</summary>
internal static partial class CallingPolicyRules
{
    private const int MaxWindows = 21;
    private const int MaxCount = 100;
    private const int MaxHours = 720;
    private const string TimeOfDayMessage = "Must be a time of day, HH:mm (e.g., 09:00)";
    private const string EndOfDay = "24:00";

    /// <summary>How ids are written; which there are is the IANA's to say.</summary>
    private static readonly FieldLimits s_zoneLimits = new() { Pattern = @"^[A-Za-z][A-Za-z0-9_+/-]{0,63}\z" };

    private static readonly FieldLimits s_hoursLimits = new()
    {
        MinCount = 1,
        MaxCount = MaxWindows,
        Each = new FieldLimits
        {
            Fields = new Dictionary<string, FieldLimits>
            {
                ["days"] = new()
                {
                    RefusesNull = true,
                    MinCount = 1,
                    MaxCount = CallingDay.All.Count,
                    Unique = true,
                    Each = FieldLimits.OneOf(CallingDay.All),
                },
                ["from"] = new() { RefusesNull = true, Pattern = TimeOfDay().ToString() },
                ["to"] = new() { RefusesNull = true, Pattern = TimeOfDayOrItsEnd().ToString() },
            },
        },
    };

    /// <param name="hours">Validated.</param>
    public static IReadOnlyList<CallingWindow>? HoursOf(IReadOnlyList<CallingWindowRequest?>? hours) =>
        hours?.Select(window => new CallingWindow([.. window!.Days!.OfType<string>()], window.From!, window.To!)).ToList();

    /// <param name="cap">Validated.</param>
    public static MaxPerNumber? MaxPerNumberOf(MaxPerNumberRequest? cap) =>
        cap is null ? null : new MaxPerNumber(cap.Count!.Value, cap.Hours!.Value);

    public static void TimeZone<T>(this IRuleBuilder<T, string?> rule) => rule
        .Telling(s_zoneLimits)
        .Must(zone => zone is null || TimeZones.IsKnown(zone)).WithMessage("Must be an IANA time zone (e.g., Europe/Berlin)");

    public static void TimeZoneOrRecipient<T>(this IRuleBuilder<T, string?> rule) => rule
        .Telling(s_zoneLimits)
        .Must(zone => zone is null or CallingPolicy.Recipient || TimeZones.IsKnown(zone))
        .WithMessage($"Must be {CallingPolicy.Recipient} or an IANA time zone (e.g., Europe/Berlin)");

    public static void MaxPerNumber<T>(this IRuleBuilder<T, MaxPerNumberRequest?> rule) => rule.SetValidator(new MaxPerNumberValidator()!);

    public static void Hours<T>(this IRuleBuilder<T, IReadOnlyList<CallingWindowRequest?>?> rule) =>
        rule.Telling(s_hoursLimits).Custom((hours, context) =>
        {
            if (hours is null)
            {
                return;
            }

            var field = context.PropertyPath;
            if (hours.Count is 0 or > MaxWindows)
            {
                context.AddFailure(field, $"Must have 1 to {MaxWindows} entries");
                return;
            }

            foreach (var (index, window) in hours.Index())
            {
                if (window is null)
                {
                    context.AddFailure($"{field}[{index}]", "Must be an object");
                    continue;
                }

                foreach (var (name, message) in FailuresOfDays(window.Days).Concat(FailuresOfTimes(window)))
                {
                    context.AddFailure($"{field}[{index}].{name}", message);
                }
            }
        });

    private static IEnumerable<(string Field, string Message)> FailuresOfDays(IReadOnlyList<string?>? days)
    {
        if (days is null)
        {
            yield return ("days", "Required");
            yield break;
        }

        if (days.Count == 0 || days.Count > CallingDay.All.Count)
        {
            yield return ("days", $"Must have 1 to {CallingDay.All.Count} entries");
            yield break;
        }

        for (var index = 0; index < days.Count; index++)
        {
            if (!CallingDay.All.Contains(days[index]))
            {
                yield return ($"days[{index}]", $"Must be one of {string.Join(", ", CallingDay.All)}");
            }
            else if (days.Take(index).Contains(days[index]))
            {
                yield return ($"days[{index}]", "Must be there only once");
            }
        }
    }

    private static IEnumerable<(string Field, string Message)> FailuresOfTimes(CallingWindowRequest window)
    {
        var isFrom = window.From is not null && TimeOfDay().IsMatch(window.From);
        if (!isFrom)
        {
            yield return ("from", window.From is null ? "Required" : TimeOfDayMessage);
        }

        if (window.To is null || !TimeOfDayOrItsEnd().IsMatch(window.To))
        {
            yield return ("to", window.To is null ? "Required" : $"{TimeOfDayMessage}, or {EndOfDay}");
        }
        else if (isFrom && string.CompareOrdinal(window.From, window.To) >= 0)
        {
            yield return ("to", "Must be later than from");
        }
    }

    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex($@"^(([01][0-9]|2[0-3]):[0-5][0-9]|{EndOfDay})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDayOrItsEnd();

    private sealed class MaxPerNumberValidator : AbstractValidator<MaxPerNumberRequest>
    {
        public MaxPerNumberValidator()
        {
            RuleFor(cap => cap.Count).Required().InclusiveBetween(1, MaxCount).WithMessage($"Must be 1 to {MaxCount}");
            RuleFor(cap => cap.Hours).Required().InclusiveBetween(1, MaxHours).WithMessage($"Must be 1 to {MaxHours}");
        }
    }
}
