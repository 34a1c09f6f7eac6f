using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The body of <c>POST /whatsapp/messages</c>: to a conversation, or from an account to a number.</summary>
[Example("""{"integrationId":"wa_acct_01h455vb4pex5vsknk084sn02q","to":"+14155550104","type":"template","template":{"name":"appointment_reminder","language":"en","variables":{"1":"Ada"}}}""")]
internal sealed record SendMessageRequest
{
    public string? ConversationId { get; init; }

    public string? IntegrationId { get; init; }

    public string? To { get; init; }

    public string? Type { get; init; }

    public SendTextRequest? Text { get; init; }

    public SendTemplateRequest? Template { get; init; }

    /// <summary>Sent instead of the text when the window has closed by the time of sending.</summary>
    public SendTemplateRequest? FallbackTemplate { get; init; }
}

internal sealed record SendTextRequest
{
    [Lines]
    public string? Body { get; init; }
}

internal sealed record SendTemplateRequest
{
    public string? Name { get; init; }

    public string? Language { get; init; }

    public OrderedDictionary<string, string>? Variables { get; init; }

    public TemplateContent ToContent() => new(Name!, Language!, Variables ?? []);
}

internal sealed class SendMessageValidator : AbstractValidator<SendMessageRequest>
{
    private static readonly FieldLimits s_addressees = new()
    {
        Forms =
        [
            new RequestForm { Given = ["conversationId"], LeftOut = ["integrationId", "to"] },
            new RequestForm { Given = ["integrationId", "to"], LeftOut = ["conversationId"] },
        ],
    };

    private static readonly FieldLimits s_types = new()
    {
        Forms =
        [
            new RequestForm { Is = ("type", MessageType.Text), Given = ["text"], LeftOut = ["template"] },
            new RequestForm { Is = ("type", MessageType.Template), Given = ["template"], LeftOut = ["text", "fallbackTemplate"] },
        ],
    };

    public SendMessageValidator()
    {
        RuleFor(message => message).Telling(s_addressees);
        RuleFor(message => message).Telling(s_types);
        RuleFor(message => message.ConversationId).IdOf<SendMessageRequest, Conversation>();
        RuleFor(message => message.IntegrationId).IdOf<SendMessageRequest, WhatsAppAccount>();
        RuleFor(message => message.To).WellFormedPhone();
        RuleFor(message => message.ConversationId)
            .Must((message, id) => id is null || (message.IntegrationId is null && message.To is null)).WithMessage("Either this, or integrationId and to");
        RuleFor(message => message.IntegrationId)
            .Must((message, id) => id is not null || message.ConversationId is not null).WithMessage("Required without conversationId");
        RuleFor(message => message.To)
            .Must((message, to) => to is not null || message.ConversationId is not null).WithMessage("Required without conversationId");

        RuleFor(message => message.Type).Required();
        RuleFor(message => message.Type).OneOf(MessageType.All);
        RuleFor(message => message.Text).NotNull().WithMessage("Required with type text").When(message => message.Type == MessageType.Text);
        RuleFor(message => message.Text).Null().WithMessage("Not allowed with type template").When(message => message.Type == MessageType.Template);
        RuleFor(message => message.Template).NotNull().WithMessage("Required with type template").When(message => message.Type == MessageType.Template);
        RuleFor(message => message.Template).Null().WithMessage("Not allowed with type text").When(message => message.Type == MessageType.Text);
        RuleFor(message => message.FallbackTemplate).Null().WithMessage("Not allowed with type template").When(message => message.Type == MessageType.Template);
        RuleFor(message => message.Text!).SetValidator(new SendTextValidator()).When(message => message.Text is not null);
        RuleFor(message => message.Template!).SetValidator(new SendTemplateValidator()).When(message => message.Template is not null);
        RuleFor(message => message.FallbackTemplate!).SetValidator(new SendTemplateValidator()).When(message => message.FallbackTemplate is not null);
    }
}

internal sealed class SendTextValidator : AbstractValidator<SendTextRequest>
{
    /// <summary>Meta's limit.</summary>
    private const int MaxBody = 4_096;

    public SendTextValidator() => RuleFor(text => text.Body).Required().Lines(1, MaxBody);
}

internal sealed partial class SendTemplateValidator : AbstractValidator<SendTemplateRequest>
{
    private const int MaxVariables = 50;
    private const int MaxVariableValue = 1_024;

    public SendTemplateValidator()
    {
        RuleFor(template => template.Name).Required().Name(512);
        RuleFor(template => template.Language).Required().Name(20);
        RuleFor(template => template.Variables).StringMap(
            MaxVariables, VariableName(), "The name must be 1 to 64 letters, digits or '_'", MaxVariableValue);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,64}\z")]
    private static partial Regex VariableName();
}
