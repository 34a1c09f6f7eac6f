using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>Hours of some days of the week: from a time of day, and until another is reached.</summary>
/// <inheritdoc cref="CallingWindow"/>
[Example("""{"days":["mon","tue","wed","thu","fri"],"from":"09:00","to":"18:00"}""")]
internal sealed record CallingWindowRequest
{
    public required IReadOnlyList<string> Days { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }
}

/// <summary>The cap of dials to one number, in whatever form, within so many hours.</summary>
/// <inheritdoc cref="MaxPerNumber"/>
internal sealed record MaxPerNumberRequest
{
    public required int? Count { get; init; }

    public required int? Hours { get; init; }
}

/// <summary>The constraints of a calling policy's fields, and what is made of the fields.</summary>
internal static class CallingPolicyRules
{
    private const string AZone = "an IANA time zone (e.g., Europe/Berlin)";

    /// <summary>The form of a time zone's id. Which ids there are is the IANA's to say.</summary>
    private static readonly FieldLimits s_zoneLimits = new() { Pattern = @"^[A-Za-z][A-Za-z0-9_+/-]{0,63}\z" };

    public static Constraint<string> TimeZone { get; } = Constraints.Of<string>(s_zoneLimits, TimeZones.IsKnown, $"Must be {AZone}");

    public static Constraint<string> TimeZoneOrRecipient { get; } = Constraints.Of<string>(
        s_zoneLimits, zone => zone == CallingPolicy.Recipient || TimeZones.IsKnown(zone), $"Must be {CallingPolicy.Recipient} or {AZone}");

    public static Constraint<IReadOnlyList<CallingWindowRequest>> Hours { get; } =
        Constraints.ListOf(Constraints.Object(new CallingWindowValidator()), max: 21, min: 1);

    public static Constraint<MaxPerNumberRequest> MaxPerNumber { get; } = Constraints.Object(new MaxPerNumberValidator());

    /// <param name="hours">The validated hours.</param>
    public static IReadOnlyList<CallingWindow>? HoursOf(IReadOnlyList<CallingWindowRequest>? hours) =>
        hours?.Select(window => new CallingWindow([.. window.Days], window.From, window.To)).ToList();

    /// <param name="cap">The validated cap.</param>
    public static MaxPerNumber? MaxPerNumberOf(MaxPerNumberRequest? cap) =>
        cap is { Count: { } count, Hours: { } hours } ? new MaxPerNumber(count, hours) : null;
}

internal sealed partial class CallingWindowValidator : AbstractValidator<CallingWindowRequest>
{
    private const string EndOfDay = "24:00";
    private const string Message = "Must be a time of day, HH:mm (e.g., 09:00)";

    public CallingWindowValidator()
    {
        RuleFor(window => window.Days).Required().Is(
            Constraints.SomeOf(CallingDay.All, max: CallingDay.All.Count, min: 1, repeated: "Must be there only once"));
        RuleFor(window => window.From).Required().Is(Constraints.Matching(TimeOfDay(), Message));
        RuleFor(window => window.To)
            .Required()
            .Is(Constraints.Matching(TimeOfDayOrItsEnd(), $"{Message}, or {EndOfDay}"))
            .Must((window, to) => window.From is null || !TimeOfDay().IsMatch(window.From) || string.CompareOrdinal(window.From, to) < 0)
            .WithMessage("Must be later than from");
    }

    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex($@"^(([01][0-9]|2[0-3]):[0-5][0-9]|{EndOfDay})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDayOrItsEnd();
}

internal sealed class MaxPerNumberValidator : AbstractValidator<MaxPerNumberRequest>
{
    private const int MaxCount = 100;
    private const int MaxHours = 720;

    public MaxPerNumberValidator()
    {
        RuleFor(cap => cap.Count).Required().InclusiveBetween(1, MaxCount).WithMessage($"Must be 1 to {MaxCount}");
        RuleFor(cap => cap.Hours).Required().InclusiveBetween(1, MaxHours).WithMessage($"Must be 1 to {MaxHours}");
    }
}
