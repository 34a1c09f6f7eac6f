using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ErzyCall.VapiStandIn;

/// <summary>
/// A stand-in for the voice platform Vapi, made of the provider's published documents only (VapiAI/docs of 20 August 2026: its OpenAPI document and its pages on server events,
/// live call control, ended reasons and call artifacts). It takes orders and is asked about calls over HTTP; how a call goes on, whoever holds it decides.
/// </summary>
internal sealed class FakeVapi : IAsyncDisposable
{
    /// <summary>What keeps a test waiting that ends while a request still hangs.</summary>
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();
    private readonly Callbacks _callbacks;
    private WebApplication? _app;

    private FakeVapi(FakeVapiOptions options)
    {
        Options = options;
        Over = _over.Token;
        Recordings = new Recordings(options.Clock);
        _callbacks = new Callbacks(this, Over);
    }

    public FakeVapiOptions Options { get; }

    /// <summary>Where the API is.</summary>
    public Uri Address => new(_app!.Urls.Single());

    /// <summary>Every <c>POST /call</c>, whatever was answered.</summary>
    public ConcurrentQueue<VapiOrder> Orders { get; } = [];

    /// <summary>Every request, orders too.</summary>
    public ConcurrentQueue<VapiRequest> Requests { get; } = [];

    /// <summary>Every attempt to tell the server something, when it was over.</summary>
    public ConcurrentQueue<VapiCallback> Sent { get; } = [];

    public VapiCalls Calls { get; } = new();

    /// <summary>Decides what becomes of an order whose key and body are right.</summary>
    public Func<VapiOrder, OrderFate> WhenOrdered { get; set; } = static _ => OrderFate.Accept;

    /// <summary>Is told of every call that will be made, before anything is told to anybody else.</summary>
    public Action<VapiCall> WhenTaken { get; set; } = static _ => { };

    /// <summary>Is told of every call that is made.</summary>
    public Action<VapiCall> WhenAccepted { get; set; } = static _ => { };

    /// <summary>How callbacks reach a server that listens on no port; <c>null</c> for by the network.</summary>
    public HttpMessageHandler? CallbackHandler { get; set; }

    /// <summary>How long after its creation the list shows a call that is ordered from now on.</summary>
    public TimeSpan ListLag { get; set; }

    /// <summary>
    /// Why a call ended that was hung up at its control address. The documents do not say it outright: <c>manually-canceled</c> is "manually canceled via the API or dashboard", and
    /// <c>assistant-ended-call-with-hangup-task</c> is the other candidate.
    /// </summary>
    public string HangUpReason { get; set; } = "manually-canceled";

    internal DateTimeOffset Now
    {
        get
        {
            // What is compared with times that were told must not be finer than those.
            var now = Options.Clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        }
    }

    internal CancellationToken Over { get; }

    internal Recordings Recordings { get; }

    public static async Task<FakeVapi> StartAsync(FakeVapiOptions? options = null)
    {
        var vapi = new FakeVapi(options ?? new FakeVapiOptions());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(vapi.Options.Url);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = s_longestStop);
        vapi._app = builder.Build();
        new VapiApi(vapi).Map(vapi._app);
        await vapi._app.StartAsync();
        return vapi;
    }

    /// <summary>Waits until the process is told to end.</summary>
    public Task WhenToldToEndAsync() => _app!.WaitForShutdownAsync();

    /// <summary>Makes a call of an order, also a second one of the same order, as a platform would that dials twice.</summary>
    public VapiCall Accept(VapiOrder order) => Accept(Take(order, Calls.Taken.Any(call => call.Id == order.Id) ? Guid.CreateVersion7() : order.Id));

    /// <summary>Lets the customer's phone ring, and tells it. Of the driving methods each returns what the server said to its callback first.</summary>
    public Task<CallbackAnswer> RingAsync(VapiCall call) => call.Ring(Now) ? MovedAsync(call, "ringing", "ringing") : NotSentAsync();

    /// <summary>Lets the customer answer.</summary>
    public Task<CallbackAnswer> AnswerAsync(VapiCall call) => call.Answer(Now) ? MovedAsync(call, "answered", "in-progress") : NotSentAsync();

    /// <summary>Lets somebody speak, which is told to whoever wants conversation updates.</summary>
    public Task<CallbackAnswer> SayAsync(VapiCall call, VapiTurn turn)
    {
        var now = Now;
        return call.Say(turn, now) ? _callbacks.InformAsync(call, "conversation-update", null, () => VapiMessages.ConversationUpdate(call, now)) : NotSentAsync();
    }

    /// <summary>Lets the assistant use a tool, and keeps in the conversation what came of it.</summary>
    /// <param name="argumentsJson">What the model gives the tool: a JSON object.</param>
    public async Task<CallbackAnswer> ToolCallAsync(VapiCall call, string name, string argumentsJson, ToolCallShape shape = ToolCallShape.Schema)
    {
        var now = Now;
        if (!call.AskForTool(now))
        {
            return CallbackAnswer.NotSent;
        }

        Options.Journal?.Write("tool", call, name);
        var id = $"call_{Guid.NewGuid():N}";
        var seconds = (now - (call.AnsweredAt ?? now)).TotalSeconds;
        var asked = call.Timed("tool_calls", "", seconds);
        asked["toolCalls"] = new JsonArray(VapiMessages.ToolCall(id, name, argumentsJson, ToolCallShape.Schema));
        call.AddMessage(asked);
        var answer = await _callbacks.AskAsync(call, VapiMessages.ToolCalls(call, id, name, argumentsJson, shape, now).Written());
        var result = call.Timed("tool_call_result", "", seconds);
        (result["toolCallId"], result["name"], result["result"]) = (id, name, answer.IsTaken ? answer.Body : "No result returned.");
        call.AddMessage(result);
        return answer;
    }

    /// <summary>Ends the call. Its report is another step.</summary>
    /// <param name="endedReason">One of the provider's words.</param>
    /// <param name="messages">What was said, if it was not said before.</param>
    public async Task<CallbackAnswer> EndAsync(VapiCall call, string endedReason, params VapiTurn[] messages)
    {
        foreach (var turn in messages)
        {
            call.Say(turn, Now);
        }

        return call.End(endedReason, Now) ? await MovedAsync(call, "ended", "ended") : CallbackAnswer.NotSent;
    }

    /// <summary>Sends the report of a call that is over.</summary>
    public Task<CallbackAnswer> ReportAsync(VapiCall call)
    {
        var now = Now;
        call.Report(now);
        return _callbacks.InformAsync(call, "end-of-call-report", null, () =>
        {
            var (path, expires) = call.HasRecording ? Recordings.Presign() : (null, now);
            return VapiMessages.EndOfCallReport(call, path is null ? null : new Uri(Address, path), expires, now);
        });
    }

    /// <summary>Sends anything at all to the call's callback address, or to another one, once.</summary>
    /// <param name="headers">Instead of those that the order gave.</param>
    public Task<CallbackAnswer> PostAsync(VapiCall call, string rawBody, IEnumerable<KeyValuePair<string, string>>? headers = null, Uri? url = null) =>
        _callbacks.PostAsync(call, "raw", rawBody, headers: headers, url: url);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _app!.DisposeAsync();
        _callbacks.Dispose();
        _over.Dispose();
    }

    /// <summary>Takes an order that will be accepted.</summary>
    internal VapiCall Take(VapiOrder order, Guid id)
    {
        var call = new VapiCall(order, id, Address, ListLag);
        WhenTaken(call);
        Calls.Take(call);
        Options.Journal?.Write("ordered", call, call.Fate);
        return call;
    }

    internal VapiCall Accept(VapiCall call)
    {
        call.Accept(Now);
        Calls.Add(call);
        WhenAccepted(call);
        return call;
    }

    /// <summary>Hangs up for whoever ordered the call; whether it was not over yet.</summary>
    internal bool HangUp(VapiCall call)
    {
        if (!call.HangUp(HangUpReason, Now))
        {
            return false;
        }

        Options.Journal?.Write("hang-up", call);
        return true;
    }

    /// <summary>Tells that a call was hung up, as it is told of every call that is over.</summary>
    internal async Task TellOfHangUpAsync(VapiCall call)
    {
        try
        {
            await MovedAsync(call, "ended", "ended");
            await Task.Delay(Options.HangUpReportAfter, Options.Clock, Over);
            await ReportAsync(call);
        }
        catch (OperationCanceledException)
        {
            // The platform is stopped.
        }
    }

    private static Task<CallbackAnswer> NotSentAsync() => Task.FromResult(CallbackAnswer.NotSent);

    private Task<CallbackAnswer> MovedAsync(VapiCall call, string what, string status)
    {
        var now = Now;
        Options.Journal?.Write(what, call, status == "ended" ? call.EndedReason : null);
        return _callbacks.InformAsync(call, "status-update", status, () => VapiMessages.StatusUpdate(call, status, now));
    }
}
