using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;
using Polly;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>
/// Vapi (https://vapi.ai), which dials and talks. An order is one HTTP request that nothing repeats: what is known from its answer, or from
/// its never having left, is returned; everything else is thrown and means "not known". A call of ours has our id as its name there.
/// </summary>
internal sealed partial class VapiCarrier(
    HttpClient http, Encryption encryption, PublicAddress address, IOptions<VapiOptions> options, TimeProvider clock)
    : ICarrier, ICarrierProvider, ITakesCallbacks, IHasRecordings
{
    public const string ProviderName = "vapi";

    /// <summary>
    /// The longest answer that is read, in bytes: far above one call with all that was said, and above a page of calls.
    /// </summary>
    public const int LargestAnswer = 16 * 1024 * 1024;

    /// <summary>The longest answer to an order that can be one, in bytes: a longer one says nothing.</summary>
    private const int LargestAnswerToOrder = 1024 * 1024;

    private const string ControlPurpose = "carriers/control";

    /// <summary>The number of calls on a page of the list, and of pages that are looked through.</summary>
    private const int CallsPerPage = 100;

    private const int MaxPages = 10;

    /// <summary>How far Vapi's clock may be from ours, and how long an order may have been under way.</summary>
    private static readonly TimeSpan s_listMargin = TimeSpan.FromMinutes(5);

    private static readonly CarrierFailure s_unreadable =
        new("secrets", "The stored secrets cannot be decrypted. Connect the account again");

    public string Name => ProviderName;

    public IReadOnlyList<string> SecretNames { get; } = ["VAPI_PRIVATE_KEY", "VAPI_PUBLIC_KEY"];

    public TimeSpan ReportsWithin { get; } = TimeSpan.FromSeconds(120);

    public TimeSpan? LongestCall(string to) => null;

    public IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features) =>
        VapiOrder.NotSupported(assistant, features);

    public async Task<HandOver> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken)
    {
        if (order.Line is not { Account: { } account, NumberId: not null })
        {
            return Refused(RefusalKind.Call, "number", "The number that is called from belongs to no account with Vapi");
        }

        // Only this copy of the server lacks it: the account is in order.
        if (address.Absolute is null)
        {
            return new HandOver.NotSent(new("public-url", "Http:PublicUrl is not set: Vapi would not know where to report to"));
        }

        CarrierSecrets? secrets;
        try
        {
            secrets = CarrierSecrets.Of(account, encryption);
        }
        catch (CryptographicException failure)
        {
            return new HandOver.NotSent(new("secrets", failure.Message));
        }

        if (secrets is null)
        {
            return Refused(RefusalKind.Account, s_unreadable.Code, s_unreadable.Message);
        }

        var id = order.Call.ToString();
        var callbacks = $"{address.Absolute}{CallbackRoutes.PathOf(account.Id, order.Call)}";
        using var request = Request(HttpMethod.Post, account, "call", secrets.ApiKey);
        request.Content = JsonContent.Create(VapiOrder.Of(order, callbacks, secrets.TokenOf(id), options.Value));
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception failure) when (SendOnce.NeverLeft(failure))
        {
            return new HandOver.NotSent(new("not-sent", "Vapi could not be reached"));
        }

        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var body = bytes.Length <= LargestAnswerToOrder ? LenientJson.Parse(bytes) : null;
            if (!response.IsSuccessStatusCode)
            {
                return new HandOver.Refused(RefusalOf(response, body)
                    ?? throw new HttpRequestException($"Vapi answered {(int)response.StatusCode}."));
            }

            return body?.Text("id") is { Length: <= Call.MaxCarrierCallId } carrierCallId
                ? new HandOver.Accepted(carrierCallId, ControlOf(body.Value, account))
                : throw new InvalidOperationException("Vapi took the call and did not name it.");
        }
    }

    public async Task<Sighting> LookUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
    {
        var (account, secrets) = Open(question.Line);
        if (question.CarrierCallId is { } carrierCallId)
        {
            return await GetAsync(account, secrets, $"call/{Uri.EscapeDataString(carrierCallId)}", cancellationToken) is { } call
                ? new Sighting.Seen([ReportOf(question.Call, call, account)])
                : new Sighting.Absent();
        }

        var found = await ListAsync(question, account, secrets, cancellationToken);
        return found.Count > 0
            ? new Sighting.Seen([.. found.OrderBy(call => call.Time("createdAt")).Select(call => ReportOf(question.Call, call, account))])
            : new Sighting.NotListed();
    }

    public async Task HangUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
    {
        var (account, secrets) = Open(question.Line);
        var control = question.Control is null ? null : encryption.Decrypt(ControlPurpose, question.Control);
        if (control is null)
        {
            var carrierCallId = question.CarrierCallId ?? throw new InvalidOperationException("Vapi's id of the call is not known yet.");
            if (await GetAsync(account, secrets, $"call/{Uri.EscapeDataString(carrierCallId)}", cancellationToken) is not { } call
                || call.Text("status") == "ended")
            {
                return;
            }

            control = ControlAddressIn(call, account)
                ?? throw new InvalidOperationException("Vapi has not told yet how the call can be hung up.");
        }

        if (await TellToEndAsync(control, secrets, cancellationToken))
        {
            return;
        }

        // It may be over, and it may only begin to listen: what Vapi shows of the call says which.
        if (question.CarrierCallId is { } named
            && await GetAsync(account, secrets, $"call/{Uri.EscapeDataString(named)}", cancellationToken) is { } shown
            && shown.Text("status") != "ended")
        {
            throw new HttpRequestException("Vapi does not hear that the call is to end.");
        }
    }

    /// <summary>Whether Vapi has heard that a call is to end.</summary>
    private async Task<bool> TellToEndAsync(string control, CarrierSecrets secrets, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, control);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secrets.PublicKey);
        request.Content = JsonContent.Create(new { type = "end-call" });
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or ExecutionRejectedException)
        {
            return false;
        }
    }

    public async Task<AccountCheck> CheckAsync(CarrierAccount account, CancellationToken cancellationToken)
    {
        if (CarrierSecrets.Of(account, encryption) is not { } secrets)
        {
            return new AccountCheck.Refused(s_unreadable);
        }

        try
        {
            using var request = Request(HttpMethod.Get, account, "phone-number?limit=1000", secrets.ApiKey);
            using var response = await http.SendAsync(request, cancellationToken);
            var body = LenientJson.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (RefusalOf(response, body) is { Kind: RefusalKind.Account } refusal)
            {
                return new AccountCheck.Refused(refusal.Failure);
            }

            return response.IsSuccessStatusCode && body is { ValueKind: JsonValueKind.Array } numbers
                ? new AccountCheck.Able(
                    [.. numbers.EnumerateArray()
                        .Where(number => number.Text("id") is { Length: <= 100 })
                        .Select(number => new CarrierNumber(number.Text("number"), number.Text("id")!))])
                : throw new CarrierUnreachableException($"Vapi answered {(int)response.StatusCode} without the account's numbers.");
        }
        catch (Exception failure) when (failure is HttpRequestException or ExecutionRejectedException)
        {
            throw new CarrierUnreachableException($"Vapi did not answer: {failure.Message}", failure);
        }
    }

    public bool IsAuthentic(HttpRequest request, Id<Call> call, CarrierAccount account) =>
        CarrierSecrets.Of(account, encryption) is { } secrets
        && SecretText.AreEqual(request.Headers[VapiOrder.TokenHeader].ToString(), secrets.TokenOf(call.ToString()));

    public Callback Read(Id<Call> call, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        // Whatever does not say which call of Vapi's it is about cannot be taken for this one.
        if (LenientJson.Parse(body.Span)?.Object("message") is not { } told || VapiReports.CarrierIdIn(told.Object("call")) is null)
        {
            return Callback.Unreadable;
        }

        var tools = VapiReports.ToolCallsIn(told).Where(tool => tool.Id is not null).ToList();
        return new Callback(
            told.Text("type") ?? "",
            VapiReports.OfMessage(call, told, RecordingUrlOf(call), now),
            tools.Count == 0
                ? null
                : new { Results = tools.Select(tool => new { tool.Name, ToolCallId = tool.Id, Result = AnswerTo(tool) }) });
    }

    public async Task<HttpResponseMessage> OpenRecordingAsync(
        CarrierQuestion question, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var (account, secrets) = Open(question.Line);
        using var request = Request(
            HttpMethod.Get, account, $"call/{Uri.EscapeDataString(question.CarrierCallId!)}/mono-recording", secrets.ApiKey);
        request.Headers.Range = range;
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Redirect || response.Headers.Location is not { } place || !MayGoTo(place, account))
        {
            return response;
        }

        // The address of the recording holds for a short time and wants no key.
        response.Dispose();
        using var storage = new HttpRequestMessage(HttpMethod.Get, place);
        storage.Headers.Range = range;
        return await http.SendAsync(storage, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static string AnswerTo(VapiToolCall tool) => tool.Name == VapiOrder.OptOutTool
        ? "Noted: this number will not be called again. Say so, and end the call politely."
        : "There is no such tool.";

    /// <summary>The calls by our id that were made about the time of the claim.</summary>
    private async Task<List<JsonElement>> ListAsync(
        CarrierQuestion question, CarrierAccount account, CarrierSecrets secrets, CancellationToken cancellationToken)
    {
        var found = new List<JsonElement>();
        var name = question.Call.ToString();
        var from = TextOf(question.StartedAt - s_listMargin);
        var before = question.StartedAt + s_listMargin;
        for (var page = 0; page < MaxPages; page++)
        {
            var numberId = question.Line.NumberId is { } id ? $"&phoneNumberId={Uri.EscapeDataString(id)}" : "";
            var calls = await GetAsync(
                account,
                secrets,
                $"call?limit={CallsPerPage}&createdAtGe={from}&createdAtLt={TextOf(before)}{numberId}",
                cancellationToken);
            if (calls is not { ValueKind: JsonValueKind.Array } list)
            {
                throw new InvalidOperationException("Vapi did not answer with calls.");
            }

            found.AddRange(list.EnumerateArray().Where(call => call.Text("name") == name));
            var times = list.EnumerateArray().Select(call => call.Time("createdAt")).OfType<DateTimeOffset>().ToList();
            if (list.GetArrayLength() < CallsPerPage || times.Count == 0 || times.Min() >= before)
            {
                break;
            }

            before = times.Min();
        }

        return found;
    }

    private static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>Asks for something. <c>null</c> when there is no such thing.</summary>
    private async Task<JsonElement?> GetAsync(
        CarrierAccount account, CarrierSecrets secrets, string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, account, path, secrets.ApiKey);
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode && LenientJson.Parse(body) is { } answer
            ? answer
            : throw new HttpRequestException($"Vapi answered {(int)response.StatusCode}.");
    }

    private CarrierReport ReportOf(Id<Call> id, JsonElement call, CarrierAccount account) =>
        VapiReports.OfCall(id, call, ControlOf(call, account), RecordingUrlOf(id), clock.Now());

    private string RecordingUrlOf(Id<Call> call) => $"{address.Absolute}{ApiPath.V1}/calls/{call}/recording";

    private string? ControlOf(JsonElement call, CarrierAccount account) =>
        ControlAddressIn(call, account) is { } control ? encryption.Encrypt(ControlPurpose, control) : null;

    private string? ControlAddressIn(JsonElement call, CarrierAccount account) =>
        call.Object("monitor")?.Text("controlUrl") is { } text
        && Uri.TryCreate(text, UriKind.Absolute, out var control)
        && MayGoTo(control, account)
            ? text
            : null;

    /// <summary>
    /// Whether Vapi may send us to an address: over TLS, or, where Vapi itself is an address of this machine (which is a test), to one of
    /// this machine.
    /// </summary>
    private bool MayGoTo(Uri place, CarrierAccount account) =>
        place.IsAbsoluteUri
        && (place.Scheme == Uri.UriSchemeHttps
            || (place.Scheme == Uri.UriSchemeHttp && place.IsLoopback && BaseAddressOf(account).IsLoopback));

    private Uri BaseAddressOf(CarrierAccount account) => account.BaseAddress is { } own ? new Uri(own) : options.Value.BaseAddress;

    private HttpRequestMessage Request(HttpMethod method, CarrierAccount account, string path, string key)
    {
        var request = new HttpRequestMessage(method, $"{BaseAddressOf(account).ToString().TrimEnd('/')}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private (CarrierAccount Account, CarrierSecrets Secrets) Open(CarrierLine line) =>
        line.Account is { } account && CarrierSecrets.Of(account, encryption) is { } secrets
            ? (account, secrets)
            : throw new InvalidOperationException("The call was made with no account, or its secrets are erased.");

    private static HandOver.Refused Refused(RefusalKind kind, string code, string message) => new(new CarrierRefusal(kind, code, message));

    /// <summary>
    /// Reads a refusal; <c>null</c> when the answer is none. An error of the server's (5xx) is none: it may have broken after it had taken
    /// the call.
    /// </summary>
    private CarrierRefusal? RefusalOf(HttpResponseMessage response, JsonElement? body)
    {
        var status = (int)response.StatusCode;
        if (status is < 400 or >= 500 or (int)HttpStatusCode.RequestTimeout)
        {
            return null;
        }

        var message = body is { } told ? MessageIn(told) : null;
        var kind = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden => RefusalKind.Account,
            HttpStatusCode.TooManyRequests => RefusalKind.Busy,
            HttpStatusCode.BadRequest when message is not null && NoCredit().IsMatch(message) => RefusalKind.Account,
            _ => RefusalKind.Call,
        };
        return new CarrierRefusal(
            kind, $"http-{status}", message ?? $"Vapi answered {status} without a reason", response.Headers.RetryAfter(clock));
    }

    /// <summary>The words of an error, which Vapi writes as a text or as several.</summary>
    private static string? MessageIn(JsonElement body) => body.Get("message") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } several => string.Join("; ", several.EnumerateArray().Select(one => one.ToString())),
        _ => body.Text("error"),
    };

    /// <summary>What Vapi says, also with a 400, when nothing can be called because of money.</summary>
    [GeneratedRegex(@"\b(credits?|wallet|billing|subscription|payment|suspended|frozen)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NoCredit();
}
