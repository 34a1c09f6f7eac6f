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

/// <summary>The body of <c>POST /calls</c> and of its preview. <c>scheduledAt: null</c> is refused: whoever computes a time and gets it wrong must not ring somebody at once.</summary>
internal sealed record CreateCallRequest
{
    public string? To { get; init; }

    public string? From { get; init; }

    public string? ContactId { get; init; }

    public string? CaseId { get; init; }

    public string? AssistantConfigId { get; init; }

    [Lines]
    public string? FirstMessage { get; init; }

    public OrderedDictionary<string, string>? VariableValues { get; init; }

    public Optional<string> ScheduledAt { get; init; }

    /// <summary>Whether the call is made whatever the calling policy says; <c>true</c> needs <c>calling_policy:write</c>.</summary>
    public bool? IgnorePolicy { get; init; }

    public OrderedDictionary<string, string>? Metadata { get; init; }
}

internal sealed partial class CreateCallValidator : AbstractValidator<CreateCallRequest>
{
    public const int MaxMetadataEntries = 20;
    public const int MaxMetadataValue = 500;
    public const string MetadataKeyMessage = "The key must be a letter or underscore and up to 39 letters, digits, '_', '.' or '-'";

    private const int MaxVariables = 50;
    private const int MaxVariableValue = 1_000;
    private static readonly TimeSpan s_furthestSchedule = TimeSpan.FromDays(365);

    public CreateCallValidator(TimeProvider clock)
    {
        RuleFor(call => call.To).Required().Phone();
        RuleFor(call => call.From).Required().WellFormedPhone();
        RuleFor(call => call.ContactId).IdOf<CreateCallRequest, Contact>();
        RuleFor(call => call.CaseId).IdOf<CreateCallRequest, Case>();
        RuleFor(call => call.AssistantConfigId).IdOf<CreateCallRequest, OutboundAssistant>();
        RuleFor(call => call.FirstMessage).Lines(1, 1_000);
        RuleFor(call => call.VariableValues).StringMap(
            MaxVariables, CaseVariable.NameSyntax(), "The name must be a letter or underscore and up to 63 letters, digits or '_'", MaxVariableValue);
        RuleFor(call => call.Metadata).StringMap(MaxMetadataEntries, MetadataKey(), MetadataKeyMessage, MaxMetadataValue);
        RuleFor(call => call.ScheduledAt).Telling(FieldLimits.Time with { RefusesNull = true }).Custom((scheduledAt, context) =>
        {
            if (!scheduledAt.IsPresent)
            {
                return;
            }

            var now = clock.Now();
            if (scheduledAt.IsNull)
            {
                context.AddFailure("Must be a time; leave it out to call now");
            }
            else if (!FieldRules.TryParseTime(scheduledAt.Value!, out var time))
            {
                context.AddFailure(FieldRules.TimeMessage);
            }
            else if (time <= now || time > now + s_furthestSchedule)
            {
                context.AddFailure("Must be in the future, at most 365 days ahead");
            }
        });
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.-]{0,39}\z")]
    public static partial Regex MetadataKey();
}
