using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>What the server said to a callback.</summary>
/// <param name="Status"><c>null</c> when there was no answer, or nothing to be answered.</param>
internal sealed record CallbackAnswer(int? Status, string Body)
{
    /// <summary>Nothing was sent: it was not asked for, or it is lost, or held back.</summary>
    public static CallbackAnswer NotSent { get; } = new(null, "");

    public bool IsTaken => Status is >= 200 and < 300;

    public JsonElement ToJson() => JsonElement.Parse(Body);
}

/// <summary>One attempt to tell the server something.</summary>
/// <param name="Type">Of the message; for a status update with the status, as in <c>status-update ringing</c>.</param>
/// <param name="Attempt">1 for the first.</param>
internal sealed record VapiCallback(VapiCall Call, string Type, int Attempt, Uri Url, string Body, DateTimeOffset At, CallbackAnswer Answer);

/// <summary>Sends callbacks, and sends them again as each order's own backoff plan says.</summary>
internal sealed class Callbacks(FakeVapi vapi, CancellationToken over) : IDisposable
{
    private readonly SocketsHttpHandler _network = new() { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };

    /// <summary>Sends what tells how the call goes, in the way that this call's callbacks come; the first answer. What is not taken is sent again later.</summary>
    /// <param name="body">Makes the body, for each attempt anew: the provider says that its short-lived addresses differ from one attempt to the next.</param>
    public async Task<CallbackAnswer> InformAsync(VapiCall call, string type, string? status, Func<JsonObject> body)
    {
        if (!call.Server.Wants(type) || call.Delivery == Delivery.Lost)
        {
            return CallbackAnswer.NotSent;
        }

        var what = status is null ? type : $"{type} {status}";
        var first = body().Written();
        var bodies = type == "end-of-call-report" ? () => body().Written() : (Func<string>)(() => first);
        if (call.Delivery != Delivery.Reversed)
        {
            return await SendAsync(call, what, bodies);
        }

        if (type != "end-of-call-report")
        {
            call.HeldBack.Push((what, bodies));
            return CallbackAnswer.NotSent;
        }

        var answer = await SendAsync(call, what, bodies);
        while (call.HeldBack.TryPop(out var earlier))
        {
            await SendAsync(call, earlier.What, earlier.Body);
        }

        return answer;
    }

    /// <summary>Asks for a tool, and waits for the result of it.</summary>
    public Task<CallbackAnswer> AskAsync(VapiCall call, string body) =>
        call.Server.Wants("tool-calls") && call.Delivery != Delivery.Lost ? RepeatedlyAsync(call, "tool-calls", () => body) : Task.FromResult(CallbackAnswer.NotSent);

    /// <summary>Sends anything, once.</summary>
    public async Task<CallbackAnswer> PostAsync(
        VapiCall call, string what, string body, int attempt = 1, IEnumerable<KeyValuePair<string, string>>? headers = null, Uri? url = null)
    {
        url ??= call.Server.Url ?? throw new InvalidOperationException($"The order of {call.Name} names no server.");
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers ?? call.Server.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await AnswerAsync(request, call.Server.Timeout);
        if (vapi.Options.KeepsTraffic)
        {
            vapi.Sent.Enqueue(new VapiCallback(call, what, attempt, url, body, vapi.Now, answer));
        }

        vapi.Options.Journal?.Write($"callback {answer.Status?.ToString(CultureInfo.InvariantCulture) ?? "none"}", call, what);
        return answer;
    }

    public void Dispose() => _network.Dispose();

    private async Task<CallbackAnswer> SendAsync(VapiCall call, string what, Func<string> body)
    {
        var answer = await RepeatedlyAsync(call, what, body);
        if (call.Delivery == Delivery.Twice)
        {
            await PostAsync(call, what, body());
        }
        else if (call.Delivery == Delivery.AlsoElsewhere && vapi.Calls.LastOrDefault(other => other != call && other.Server.Url is not null) is { } other)
        {
            await PostAsync(call, what, body(), url: other.Server.Url);
        }

        return answer;
    }

    private async Task<CallbackAnswer> RepeatedlyAsync(VapiCall call, string what, Func<string> body)
    {
        var answer = await PostAsync(call, what, body());
        if (call.Server.Again(1, answer) is { } delay)
        {
            _ = RepeatAsync(call, what, body, delay);
        }

        return answer;
    }

    private async Task RepeatAsync(VapiCall call, string what, Func<string> body, TimeSpan? delay)
    {
        try
        {
            for (var attempt = 2; delay is { } after; attempt++)
            {
                await Task.Delay(after / vapi.Options.Speed, vapi.Options.Clock, over);
                delay = call.Server.Again(attempt, await PostAsync(call, what, body(), attempt));
            }
        }
        catch (OperationCanceledException)
        {
            // The platform is stopped.
        }
    }

    /// <summary>
    /// The time that an answer may take is true time at every speed: a server under test does not think faster because calls are played faster.
    /// </summary>
    private async Task<CallbackAnswer> AnswerAsync(HttpRequestMessage request, TimeSpan timeout)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(over);
        patience.CancelAfter(timeout);
        using var client = new HttpMessageInvoker(vapi.CallbackHandler ?? _network, disposeHandler: false);
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            return new CallbackAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(patience.Token));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !over.IsCancellationRequested))
        {
            return CallbackAnswer.NotSent;
        }
    }
}
