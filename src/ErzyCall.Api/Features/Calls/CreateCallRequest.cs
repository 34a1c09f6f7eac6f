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

/// <summary>A call to place, or to preview.</summary>
/// <inheritdoc cref="CallResponse"/>
internal sealed record CreateCallRequest
{
    /// <summary>
    /// The number to call, of a length that its country uses. One that is on the do-not-call ledger, in whatever form, is refused: 403.
    /// </summary>
    public required Given<E164> To { get; init; }

    /// <summary>
    /// The number to call from, written as <c>GET /phone-numbers</c> shows it: an active one of the organization with <c>outbound</c> among
    /// its capabilities. Any other is 422 <c>INVALID_PHONE</c>.
    /// </summary>
    public required Given<E164> From { get; init; }

    /// <summary>
    /// The contact whose title, email, phone and notes fill in <c>{{name}}</c>, <c>{{email}}</c>, <c>{{phone}}</c> and <c>{{notes}}</c>.
    /// The number that is dialled is <c>to</c> all the same.
    /// </summary>
    public Given<Id<Contact>>? ContactId { get; init; }

    /// <summary>
    /// The case whose script the call follows: its prompt, and its first message unless the call brings one. Left out, the script is that
    /// of the assistant.
    /// </summary>
    public Given<Id<Case>>? CaseId { get; init; }

    /// <summary>
    /// The outbound assistant that speaks. Left out, the platform's defaults speak, and not the organization's default assistant.
    /// </summary>
    public Given<Id<OutboundAssistant>>? AssistantConfigId { get; init; }

    /// <summary>
    /// What the assistant says first, with placeholders such as <c>{{name}}</c>; with its values it has at most 10,000 characters. Left
    /// out, it is that of the case, else of the assistant, else a greeting of the platform.
    /// </summary>
    [Lines]
    public string? FirstMessage { get; init; }

    /// <summary>
    /// Values for the placeholders in the first message and the prompt, by their names; they win over what the contact and the case give.
    /// A variable that the case requires and nothing gives a value is refused; any other without a value is spoken as it is written.
    /// </summary>
    public OrderedDictionary<string, string>? VariableValues { get; init; }

    /// <summary>
    /// The time at which to call: in the future, at most 365 days ahead. Leave it out to call now; <c>null</c> is refused, so that a time
    /// which could not be worked out rings nobody at once.
    /// </summary>
    public Optional<Given<DateTimeOffset>> ScheduledAt { get; init; }

    /// <summary>
    /// Whether the call is made whatever the calling policy says; <c>true</c> needs <c>calling_policy:write</c>. Left out, it is not. The
    /// do-not-call ledger is asked all the same.
    /// </summary>
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
