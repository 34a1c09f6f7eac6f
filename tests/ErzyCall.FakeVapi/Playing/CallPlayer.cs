using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn.Playing;

/// <summary>Lets calls happen by themselves. Which script the nth accepted order gets follows from the seed.</summary>
internal sealed class CallPlayer
{
    public const string Tool = "do_not_call_again";

    /// <summary>What is said when the tool is used, and what the tool is given.</summary>
    private const string OptOut = "Please do not call me again.";

    /// <summary>
    /// How long a customer talks who answers long after: true time at every speed, and longer than the ten seconds within which a server is to have hung up such a call.
    /// </summary>
    private static readonly TimeSpan s_lateTalk = TimeSpan.FromSeconds(30);

    private readonly FakeVapi _vapi;
    private readonly double _speed;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Guid, CallScript> _scripts = [];

    private CallPlayer(FakeVapi vapi, int seed, double speed)
    {
        _vapi = vapi;
        _speed = speed;
        _random = new Random(seed);
    }

    public static void Play(FakeVapi vapi, int seed, double speed)
    {
        var player = new CallPlayer(vapi, seed, speed);
        vapi.WhenOrdered = player.Decide;
        vapi.WhenTaken = player.Prepare;
        vapi.WhenAccepted = call => _ = player.PlayAsync(call);
    }

    private OrderFate Decide(VapiOrder order)
    {
        lock (_gate)
        {
            var script = CallScript.Draw(_random, _speed);
            _scripts[order.Id] = script;
            return script.OrderFate;
        }
    }

    private void Prepare(VapiCall call)
    {
        var script = _scripts[call.Id];
        call.Fate = script.Fate.ToString();
        call.Delivery = script.Delivery;
        call.ListLag = script.ListLag;
    }

    private async Task PlayAsync(VapiCall call)
    {
        _scripts.TryRemove(call.Id, out var script);
        try
        {
            await PlayAsync(call, script!);
        }
        catch (OperationCanceledException)
        {
            // The platform is stopped.
        }
    }

    /// <summary>
    /// Each phase waits until the callback of the phase before was answered or given up, so that a proper call tells things in their order. A call that is hung up meanwhile is
    /// over, and every step after that does nothing.
    /// </summary>
    private async Task PlayAsync(VapiCall call, CallScript script)
    {
        await DelayAsync(script.RingsAfter);
        if (call.RingingAt is null)
        {
            await _vapi.RingAsync(call);
        }

        await DelayAsync(script.AnsweredAfter);
        if (script.IsAnswered)
        {
            await _vapi.AnswerAsync(call);
            await TalkAsync(call, script);
        }

        if (call.IsOver)
        {
            return;
        }

        await _vapi.EndAsync(call, script.EndedReason);
        if (call.HangUpAt is null)
        {
            await DelayAsync(script.ReportedAfter);
            await _vapi.ReportAsync(call);
        }
    }

    private async Task TalkAsync(VapiCall call, CallScript script)
    {
        var seconds = script.TalksFor.TotalSeconds;
        await _vapi.SayAsync(call, new VapiTurn(script.AssistantRole, call.FirstMessage ?? "Hello.", seconds / 20));
        await DelayAsync(script.Fate is PlayedFate.AnsweredLate ? s_lateTalk : script.TalksFor);
        if (script.UsesTool && Offered(call) is { } tool)
        {
            await _vapi.SayAsync(call, new VapiTurn("user", OptOut, seconds / 2));
            await _vapi.ToolCallAsync(call, Tool, Arguments(tool).Written(), script.ToolCallShape);
        }
        else
        {
            await _vapi.SayAsync(call, new VapiTurn("user", "Yes, that is fine with me.", seconds / 2));
        }

        await _vapi.SayAsync(call, new VapiTurn(script.AssistantRole, "Thank you. Goodbye.", seconds * 3 / 4));
    }

    /// <summary>The tool as the order describes it; <c>null</c> when it gives the assistant no such tool.</summary>
    private static JsonObject? Offered(VapiCall call) =>
        call.Order.Json.At("assistant").At("model").Items("tools").OfType<JsonObject>().Select(tool => tool.At("function")).FirstOrDefault(tool => tool.Text("name") == Tool);

    private static JsonObject Arguments(JsonObject tool)
    {
        var arguments = new JsonObject();
        foreach (var name in tool.At("parameters").Items("required"))
        {
            arguments[name!.ToString()] = OptOut;
        }

        return arguments;
    }

    private Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _vapi.Options.Clock, _vapi.Over);
}
