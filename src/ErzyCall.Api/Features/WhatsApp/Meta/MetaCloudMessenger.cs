using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Secrets;
using Microsoft.Extensions.Options;
using Polly;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>
/// WhatsApp itself, over Meta's Cloud API. A sending is one HTTP request that nothing repeats: what is known from its answer, or from its
/// never having left, is returned; everything else is thrown and means "not known".
/// </summary>
internal sealed partial class MetaCloudMessenger(
    HttpClient http, Encryption encryption, IOptions<WhatsAppOptions> options, TimeProvider clock) : IMessenger
{
    /// <summary>
    /// The number of templates on a page. Meta's default is 25, and an account has 250, or 6,000 once its business is verified.
    /// </summary>
    private const int TemplatesPerPage = 250;

    private const int MaxTemplatePages = 24;

    /// <summary>
    /// The longest answer that is read, in bytes: far above any answer to a request of ours, of which a page of templates is the longest.
    /// </summary>
    public const int LargestAnswer = 8 * 1024 * 1024;

    private static readonly MetaError s_unreadable =
        new("190", "The stored access token cannot be decrypted. Connect the account again");

    public bool IsSimulated => false;

    public async Task<SendResult> SendAsync(WhatsAppAccount account, OutgoingMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address($"{account.PhoneNumberId}/messages"));
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(CloudMessage.Of(message), CloudJson.Options));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (!TryAuthorize(request, account))
        {
            return new SendResult.Refused(s_unreadable, RetryAfter: null);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception failure) when (SendOnce.NeverLeft(failure))
        {
            return new SendResult.NotSent();
        }

        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode ? Accepted(body) : Refused(response, body);
        }
    }

    public async Task<IReadOnlyList<WhatsAppTemplate>> ListTemplatesAsync(WhatsAppAccount account, CancellationToken cancellationToken)
    {
        var templates = new List<WhatsAppTemplate>();
        string? after = null;
        for (var page = 0; page < MaxTemplatePages; page++)
        {
            var (data, paging) = await TemplatePageAsync(account, after, cancellationToken);
            templates.AddRange(data.Select(template => template.ToTemplate()));
            after = paging?.Cursors?.After;

            // The last page has a cursor too, but nothing that it leads to.
            if (paging?.Next is null || after is null)
            {
                break;
            }
        }

        return templates;
    }

    private async Task<CloudTemplates> TemplatePageAsync(WhatsAppAccount account, string? after, CancellationToken cancellationToken)
    {
        var from = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            Address($"{account.WabaId}/message_templates?fields=name,language,category,status,components&limit={TemplatesPerPage}{from}"));
        if (!TryAuthorize(request, account))
        {
            throw new MessengerUnavailableException(s_unreadable.Message);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var reason = CloudFailure.Read(body)?.Describe() ?? "without a reason";
                throw new MessengerUnavailableException($"Meta answered {(int)response.StatusCode}: {reason}");
            }

            return JsonSerializer.Deserialize<CloudTemplates>(body, CloudJson.Options)
                ?? throw new MessengerUnavailableException("Meta answered without templates.");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or ExecutionRejectedException)
        {
            throw new MessengerUnavailableException("Meta did not answer with templates.", failure);
        }
    }

    private Uri Address(string path) => new(options.Value.BaseAddress, $"/{options.Value.ApiVersion}/{path}");

    private bool TryAuthorize(HttpRequestMessage request, WhatsAppAccount account)
    {
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccountSecrets.AccessTokenOf(account, encryption));
            return true;
        }
        catch (CryptographicException failure) when (failure.IsUnreadable())
        {
            return false;
        }
    }

    private static SendResult.Accepted Accepted(byte[] body)
    {
        var answer = JsonSerializer.Deserialize<CloudAnswer>(body, CloudJson.Options);
        return answer?.Messages is [{ Id: { Length: > 0 and <= Message.MaxPlatformId } id }, ..]
            && !id.Contains('\0', StringComparison.Ordinal)
            ? new SendResult.Accepted(id, answer.Contacts is [{ WaId: { } waId }, ..] && Digits().IsMatch(waId) ? waId : null)
            : throw new InvalidOperationException("Meta took the message and did not name it.");
    }

    /// <summary>
    /// Reads a refusal. What Meta says is believed; an error that does not say why is a refusal when it is the request's fault (4xx), and
    /// not known when it is the server's: it may have broken after sending.
    /// </summary>
    private SendResult.Refused Refused(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var error = CloudFailure.Read(body)?.Error;
        var platformError = error is { Code: { } code }
            ? MetaError.Of(code, error.Describe())
            : response.StatusCode == HttpStatusCode.TooManyRequests ? MetaError.Of(MetaError.TooManyRequestsCode, "Too many requests")
            : MetaError.Of(status, $"Meta answered {status} without a reason") with { Code = $"http-{status}" };
        return platformError.Class == MetaErrorClass.Message
            && (status >= 500 || response.StatusCode == HttpStatusCode.RequestTimeout || status < 400)
            ? throw new HttpRequestException($"Meta answered {status}.")
            : new SendResult.Refused(platformError, response.Headers.RetryAfter(clock));
    }

    [GeneratedRegex(@"^[1-9][0-9]{1,14}\z")]
    private static partial Regex Digits();
}
