using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The body of <c>POST /whatsapp/messages</c>: to a conversation, or from an account to a number.</summary>
[Example(
    """{"integrationId":"wa_acct_01h455vb4pex5vsknk084sn02q","to":"+14155550104","type":"template","template":"""
    + """{"name":"appointment_reminder","language":"en_US","variables":{"name":"Ada","date":"Monday"}}}""")]
internal sealed record SendWhatsAppMessageRequest
{
    /// <summary>The conversation to write in. Give either this, or <c>integrationId</c> and <c>to</c>.</summary>
    public Given<Id<Conversation>>? ConversationId { get; init; }

    /// <summary>The WhatsApp account to write from, together with <c>to</c>.</summary>
    public Given<Id<WhatsAppAccount>>? IntegrationId { get; init; }

    /// <summary>
    /// The customer's number, in whatever form, together with <c>integrationId</c>. The message goes into the conversation with them, or
    /// begins it.
    /// </summary>
    public Given<E164>? To { get; init; }

    /// <summary>What is sent: <c>text</c> or <c>template</c>, of which the other must be left out.</summary>
    public required string Type { get; init; }

    /// <summary>The text to be sent, with the type <c>text</c>.</summary>
    public SendTextRequest? Text { get; init; }

    /// <summary>The template to be sent, with the type <c>template</c>.</summary>
    public SendTemplateRequest? Template { get; init; }

    /// <summary>
    /// The template that is sent instead of the text when the window has closed by the time of sending. It is for the type <c>text</c>
    /// only; without it, such a text fails. Closed before the text left, this message becomes a <c>template</c>; when Meta refuses the text
    /// only later, this message fails and the template is a message of its own in the conversation.
    /// </summary>
    public SendTemplateRequest? FallbackTemplate { get; init; }
}

/// <summary>The words of a message to be sent.</summary>
[SchemaName("SendWhatsAppTextRequest")]
internal sealed record SendTextRequest
{
    /// <summary>The text, as the customer reads it.</summary>
    [Lines]
    public required string Body { get; init; }
}

/// <summary>A template to be sent, and the values that are put in.</summary>
/// <inheritdoc cref="TemplateContent"/>
[SchemaName("SendWhatsAppTemplateRequest")]
internal sealed record SendTemplateRequest
{
    public required string Name { get; init; }

    public required string Language { get; init; }

    public OrderedDictionary<string, string>? Variables { get; init; }

    public TemplateContent ToContent() => new(Name, Language, Variables ?? []);
}

internal sealed class SendWhatsAppMessageValidator : AbstractValidator<SendWhatsAppMessageRequest>
{
    private static readonly Constraint<SendWhatsAppMessageRequest> s_addressee = new(
        new FieldLimits
        {
            Forms =
            [
                new RequestForm { Given = ["conversationId"], LeftOut = ["integrationId", "to"] },
                new RequestForm { Given = ["integrationId", "to"], LeftOut = ["conversationId"] },
            ],
        },
        static message => message switch
        {
            { ConversationId: not null, IntegrationId: null, To: null } => [],
            { ConversationId: not null } => [new Violation("Either this, or integrationId and to", "conversationId")],
            _ =>
            [
                .. Lacking(message.IntegrationId, "integrationId", "Required without conversationId"),
                .. Lacking(message.To, "to", "Required without conversationId"),
            ],
        });

    private static readonly Constraint<SendWhatsAppMessageRequest> s_content = new(
        new FieldLimits
        {
            Forms =
            [
                new RequestForm { Is = ("type", MessageType.Text), Given = ["text"], LeftOut = ["template"] },
                new RequestForm { Is = ("type", MessageType.Template), Given = ["template"], LeftOut = ["text", "fallbackTemplate"] },
            ],
        },
        static message => message switch
        {
            { Type: MessageType.Text } =>
            [
                .. Lacking(message.Text, "text", "Required with type text"),
                .. Surplus(message.Template, "template", "Not allowed with type text"),
            ],
            { Type: MessageType.Template } =>
            [
                .. Surplus(message.Text, "text", "Not allowed with type template"),
                .. Lacking(message.Template, "template", "Required with type template"),
                .. Surplus(message.FallbackTemplate, "fallbackTemplate", "Not allowed with type template"),
            ],
            _ => [],
        });

    public SendWhatsAppMessageValidator()
    {
        var template = Constraints.Object(new SendTemplateValidator());
        RuleFor(message => message.ConversationId).Is(Constraints.IdOf<Conversation>());
        RuleFor(message => message.IntegrationId).Is(Constraints.IdOf<WhatsAppAccount>());
        RuleFor(message => message.To).Is(NumberConstraints.WellFormedPhone);
        RuleFor(message => message).Is(s_addressee);
        RuleFor(message => message.Type).Required().Is(Constraints.OneOf(MessageType.All));
        RuleFor(message => message).Is(s_content);
        RuleFor(message => message.Text).Is(Constraints.Object(new SendTextValidator()));
        RuleFor(message => message.Template).Is(template);
        RuleFor(message => message.FallbackTemplate).Is(template);
    }

    private static IEnumerable<Violation> Lacking(object? value, string field, string message) =>
        value is null ? [new Violation(message, field)] : [];

    private static IEnumerable<Violation> Surplus(object? value, string field, string message) =>
        value is null ? [] : [new Violation(message, field)];
}

internal sealed class SendTextValidator : AbstractValidator<SendTextRequest>
{
    /// <summary>The longest text that Meta takes, in characters.</summary>
    private const int MaxBody = 4_096;

    public SendTextValidator() => RuleFor(text => text.Body).Required().Is(Constraints.Lines(1, MaxBody));
}

internal sealed partial class SendTemplateValidator : AbstractValidator<SendTemplateRequest>
{
    private const int MaxVariables = 50;
    private const int MaxVariableValue = 1_024;

    public SendTemplateValidator()
    {
        RuleFor(template => template.Name).Required().Is(Constraints.Name(512));
        RuleFor(template => template.Language).Required().Is(Constraints.Name(20));
        RuleFor(template => template.Variables).Is(Constraints.Map(
            MaxVariables,
            Constraints.Matching(VariableName(), "The name must be 1 to 64 letters, digits or '_'"),
            Constraints.Text(0, MaxVariableValue)));
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,64}\z")]
    private static partial Regex VariableName();
}
