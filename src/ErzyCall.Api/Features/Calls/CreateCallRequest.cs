using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// The body of <c>POST /calls</c> and of its preview. <c>scheduledAt: null</c> is refused: whoever computes a time and gets it wrong must
/// not ring somebody at once.
/// </summary>
internal sealed record CreateCallRequest
{
    public required Given<E164> To { get; init; }

    public required Given<E164> From { get; init; }

    public Given<Id<Contact>>? ContactId { get; init; }

    public Given<Id<Case>>? CaseId { get; init; }

    public Given<Id<OutboundAssistant>>? AssistantConfigId { get; init; }

    [Lines]
    public string? FirstMessage { get; init; }

    public OrderedDictionary<string, string>? VariableValues { get; init; }

    public Optional<Given<DateTimeOffset>> ScheduledAt { get; init; }

    /// <summary>Whether the call is made whatever the calling policy says; <c>true</c> needs <c>calling_policy:write</c>.</summary>
    public bool? IgnorePolicy { get; init; }

    public OrderedDictionary<string, string>? Metadata { get; init; }
}

internal sealed partial class CreateCallValidator : AbstractValidator<CreateCallRequest>
{
    private const int MaxVariables = 50;
    private const int MaxVariableValue = 1_000;
    private static readonly TimeSpan s_furthestSchedule = TimeSpan.FromDays(365);

    /// <summary>The constraint of metadata, which are texts of the integrator's own.</summary>
    public static MapConstraint Metadata { get; } = Constraints.Map(
        max: 20,
        Constraints.Matching(MetadataKey(), "The key must be a letter or underscore and up to 39 letters, digits, '_', '.' or '-'"),
        Constraints.Text(0, 500));

    public CreateCallValidator(TimeProvider clock)
    {
        RuleFor(call => call.To).Required().Is(NumberConstraints.Phone);
        RuleFor(call => call.From).Required().Is(NumberConstraints.WellFormedPhone);
        RuleFor(call => call.ContactId).Is(Constraints.IdOf<Contact>());
        RuleFor(call => call.CaseId).Is(Constraints.IdOf<Case>());
        RuleFor(call => call.AssistantConfigId).Is(Constraints.IdOf<OutboundAssistant>());
        RuleFor(call => call.FirstMessage).Is(Constraints.Lines(1, 1_000));
        RuleFor(call => call.VariableValues).Is(Constraints.Map(
            MaxVariables,
            Constraints.Matching(CaseVariable.NameSyntax(), "The name must be a letter or underscore and up to 63 letters, digits or '_'"),
            Constraints.Text(0, MaxVariableValue)));
        RuleFor(call => call.Metadata).Is(Metadata);
        RuleFor(call => call.ScheduledAt).NotCleared("Must be a time; leave it out to call now").Is(Constraints.Time.And(
            time => clock.Now() is var now && time.Value > now && time.Value <= now + s_furthestSchedule,
            "Must be in the future, at most 365 days ahead"));
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.-]{0,39}\z")]
    private static partial Regex MetadataKey();
}
