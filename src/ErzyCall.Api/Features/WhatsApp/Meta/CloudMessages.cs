using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>The settings of JSON as the Cloud API writes it.</summary>
internal static class CloudJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = StringifyEncoder.Instance,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };
}

/// <summary>The body of <c>POST /{phone number id}/messages</c>.</summary>
/// <param name="BizOpaqueCallbackData">Our own id of the message, which comes back with every status of it.</param>
internal sealed record CloudMessage(
    string MessagingProduct,
    string RecipientType,
    string To,
    string Type,
    CloudText? Text,
    CloudTemplate? Template,
    string BizOpaqueCallbackData)
{
    public static CloudMessage Of(OutgoingMessage message) => new(
        "whatsapp",
        "individual",
        message.To,
        message.Text is null ? MessageType.Template : MessageType.Text,
        message.Text is { } text ? new CloudText(text.Body) : null,
        message.Template is { } template ? CloudTemplate.Of(template) : null,
        message.Id.ToString());
}

internal sealed record CloudText(string Body);

internal sealed record CloudTemplate(string Name, CloudLanguage Language, IReadOnlyList<CloudComponent>? Components)
{
    public static CloudTemplate Of(TemplateContent template) => new(
        template.Name,
        new CloudLanguage(template.Language),
        template.Variables.Count == 0 ? null : [new CloudComponent("body", [.. Parameters(template.Variables)])]);

    /// <summary>The values of a template's variables, which are either numbered or named; numbered ones go by their place.</summary>
    private static IEnumerable<CloudParameter> Parameters(IReadOnlyDictionary<string, string> variables) =>
        variables.Keys.All(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? variables
                .OrderBy(variable => int.Parse(variable.Key, CultureInfo.InvariantCulture))
                .Select(variable => new CloudParameter("text", ParameterName: null, variable.Value))
            : variables.Select(variable => new CloudParameter("text", variable.Key, variable.Value));
}

internal sealed record CloudLanguage(string Code);

internal sealed record CloudComponent(string Type, IReadOnlyList<CloudParameter> Parameters);

internal sealed record CloudParameter(string Type, string? ParameterName, string Text);

/// <summary>The answer to a message that was taken.</summary>
internal sealed record CloudAnswer(IReadOnlyList<CloudContact>? Contacts, IReadOnlyList<CloudMessageId>? Messages);

internal sealed record CloudContact(string? Input, string? WaId);

internal sealed record CloudMessageId(string? Id);

/// <summary>The answer to a request that was refused.</summary>
internal sealed record CloudFailure(CloudError? Error)
{
    public static CloudFailure? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<CloudFailure>(body, CloudJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Describe() => Error is { Code: { } code } ? $"{code} {Error.Describe()}" : null;
}

/// <summary>An error as the Cloud API answers it.</summary>
internal sealed record CloudError(int? Code, string? Title, string? Message, CloudErrorData? ErrorData)
{
    public string? Describe() => ErrorData?.Details is { Length: > 0 } details ? details : Message ?? Title;
}

internal sealed record CloudErrorData(string? Details);

/// <summary>A page of <c>GET /{business account id}/message_templates</c>.</summary>
internal sealed record CloudTemplates(IReadOnlyList<CloudTemplateItem> Data, CloudPaging? Paging);

internal sealed record CloudPaging(CloudCursors? Cursors, string? Next);

internal sealed record CloudCursors(string? After);

internal sealed partial record CloudTemplateItem(
    string Name, string Language, string Category, string Status, IReadOnlyList<CloudTemplatePart>? Components)
{
    public WhatsAppTemplate ToTemplate() => new(
        Name,
        Language,
        Category,
        Status,
        [
            .. (Components ?? [])
                .Where(part => string.Equals(part.Type, "BODY", StringComparison.OrdinalIgnoreCase))
                .SelectMany(part => Variable().Matches(part.Text ?? ""))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ]);

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")]
    private static partial Regex Variable();
}

internal sealed record CloudTemplatePart(string Type, string? Text);
