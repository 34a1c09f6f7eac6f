using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.VapiStandIn;

/// <summary>
/// The provider's HTTP API. The documents name statuses but hardly a body of an error: <c>{message, error, statusCode}</c> with one message or several is what users of the live
/// service report.
/// </summary>
internal sealed class VapiApi(FakeVapi vapi)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary>What can be asked for at a control address. All but <c>end-call</c> changes nothing here.</summary>
    private static readonly string[] s_controls = ["say", "add-message", "control", "end-call", "transfer", "handoff"];

    public void Map(WebApplication app)
    {
        app.Use(ReceiveAsync);
        app.MapPost("/call", WithKey(PlaceAsync));
        app.MapGet("/call", WithKey(ListAsync));
        app.MapGet("/call/{id}", WithKey(ReadAsync));
        app.MapGet("/call/{id}/mono-recording", WithKey(RedirectToRecordingAsync));
        app.MapGet("/phone-number", WithKey(ListNumbersAsync));
        app.MapPost("/{id:guid}/control", ControlAsync);
        app.MapGet("/recordings/{token}", DownloadAsync);
        app.MapGet("/fake/summary", context => WriteAsync(context, StatusCodes.Status200OK, Summary.Of(vapi)));
    }

    private async Task ReceiveAsync(HttpContext context, RequestDelegate next)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new VapiRequest(
            context.Request.Method,
            $"{context.Request.Path}{context.Request.QueryString}",
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(),
            vapi.Now);
        context.Features.Set(request);
        if (vapi.Options.KeepsTraffic)
        {
            vapi.Requests.Enqueue(request);
        }

        if (HttpMethods.IsPost(request.Method) && context.Request.Path == "/call")
        {
            var order = new VapiOrder(request);
            vapi.Orders.Enqueue(order);
            context.Features.Set(order);
        }

        await next(context);
    }

    private RequestDelegate WithKey(RequestDelegate handle) => context =>
        Request(context).BearerKey == vapi.Options.PrivateKey
            ? handle(context)
            : RefuseAsync(
                context,
                StatusCodes.Status401Unauthorized,
                "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.");

    private async Task PlaceAsync(HttpContext context)
    {
        var order = context.Features.Get<VapiOrder>()!;
        if (OrderRules.Check(order, vapi.Options.Numbers) is { Count: > 0 } faults)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, new JsonArray([.. faults.Select(fault => JsonValue.Create(fault))]));
            return;
        }

        // From here on it does not matter whether the client still waits: the platform does not know it either.
        var fate = vapi.WhenOrdered(order);
        var call = fate.IsAccepted ? vapi.Take(order, order.Id) : null;
        if (fate.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fate.Delay, vapi.Options.Clock, vapi.Over);
        }

        if (call is not null)
        {
            vapi.Accept(call);
            if (fate.RingsFirst)
            {
                await vapi.RingAsync(call);
            }
        }

        if (fate.End is not ConnectionEnd.None)
        {
            await EndConnectionAsync(context, fate.End);
        }
        else if (fate.Answer is { } answer)
        {
            context.Response.Headers.RetryAfter = answer.RetryAfter;
            await WriteAsync(context, answer.Status, answer.Body, answer.ContentType);
        }
        else
        {
            var json = call!.ToJson();
            json["subscriptionLimits"] = new JsonObject { ["concurrencyBlocked"] = false, ["concurrencyLimit"] = 1_000, ["remainingConcurrentCalls"] = 999 };
            await WriteAsync(context, StatusCodes.Status201Created, json);
        }
    }

    private async Task EndConnectionAsync(HttpContext context, ConnectionEnd end)
    {
        if (end is ConnectionEnd.Held)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, vapi.Over);
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (end is ConnectionEnd.Closed)
        {
            // Kestrel's own way to end a connection early is to reset it.
            context.Features.Get<IConnectionSocketFeature>()!.Socket.Shutdown(SocketShutdown.Both);
            return;
        }

        context.Abort();
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryReadLimit(context, out var limit))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, new JsonArray($"limit must be a number from 0 to {MaxLimit}"));
        }

        var calls = vapi.Calls.Where(call => call.CreatedAt + call.ListLag <= vapi.Now);
        foreach (var (name, value) in query)
        {
            switch (name)
            {
                case "limit":
                    break;
                case "id":
                    calls = calls.Where(call => call.Id.ToString() == value);
                    break;
                case "phoneNumberId":
                    calls = calls.Where(call => call.Order.PhoneNumberId == value);
                    break;
                case ['c' or 'u', .., 'A', 't', 'G' or 'L', 't' or 'e'] when name[..^4] is "created" or "updated":
                    if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                    {
                        return RefuseAsync(context, StatusCodes.Status400BadRequest, new JsonArray($"{name} must be a Date instance"));
                    }

                    calls = calls.Where(call => IsWithin(name[0] == 'c' ? call.CreatedAt!.Value : call.UpdatedAt, name[^2..], time));
                    break;
                default:
                    return RefuseAsync(context, StatusCodes.Status400BadRequest, new JsonArray($"property {name} should not exist"));
            }
        }

        return WriteAsync(
            context, StatusCodes.Status200OK, new JsonArray([.. calls.Reverse().OrderByDescending(call => call.CreatedAt).Take(limit).Select(call => call.ToJson())]));
    }

    private static bool IsWithin(DateTimeOffset at, string comparison, DateTimeOffset time) => comparison switch
    {
        "Gt" => at > time,
        "Ge" => at >= time,
        "Lt" => at < time,
        _ => at <= time,
    };

    private Task ReadAsync(HttpContext context) =>
        vapi.Calls.Find(Id(context)) is { } call ? WriteAsync(context, StatusCodes.Status200OK, call.ToJson()) : NotFoundAsync(context, $"Couldn't find call {Id(context)}");

    private Task RedirectToRecordingAsync(HttpContext context)
    {
        if (vapi.Calls.Find(Id(context)) is not { HasRecording: true })
        {
            return NotFoundAsync(context, "Artifact not found.");
        }

        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = new Uri(vapi.Address, vapi.Recordings.Presign().Path).ToString();
        return Task.CompletedTask;
    }

    private Task DownloadAsync(HttpContext context) =>
        vapi.Recordings.IsGood(context.Request.Path)
            ? Results.Bytes(Recordings.Wav, "audio/wav", enableRangeProcessing: true).ExecuteAsync(context)
            : WriteAsync(context, StatusCodes.Status403Forbidden, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", "application/xml");

    private Task ListNumbersAsync(HttpContext context)
    {
        if (!TryReadLimit(context, out var limit))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, new JsonArray($"limit must be a number from 0 to {MaxLimit}"));
        }

        var numbers = vapi.Options.Numbers.Take(limit).Select(number => new JsonObject
        {
            ["id"] = number.Id.ToString(),
            ["orgId"] = VapiCall.OrgId,
            ["provider"] = number.Provider,
            ["number"] = number.Number,
            ["status"] = number.Status,
            ["name"] = number.Number,
            ["createdAt"] = "2026-01-01T00:00:00.000Z",
            ["updatedAt"] = "2026-01-01T00:00:00.000Z",
        });
        return WriteAsync(context, StatusCodes.Status200OK, new JsonArray([.. numbers]));
    }

    /// <summary>Live call control. Which statuses it answers with, the documents do not say.</summary>
    private async Task ControlAsync(HttpContext context)
    {
        if (vapi.Calls.Find(Id(context)) is not { ControlUrl: not null } call)
        {
            await NotFoundAsync(context, "Call not found");
            return;
        }

        if (call.ControlNeedsKey && Request(context).BearerKey != vapi.Options.PublicKey)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized");
            return;
        }

        var type = new VapiOrder(Request(context)).Json.Text("type");
        if (!s_controls.Contains(type))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, new JsonArray($"type must be one of the following values: {string.Join(", ", s_controls)}"));
        }
        else if (type == "end-call" ? !vapi.HangUp(call) : call.IsOver)
        {
            await NotFoundAsync(context, "Call is over");
        }
        else
        {
            if (type == "end-call")
            {
                context.Response.OnCompleted(() =>
                {
                    _ = vapi.TellOfHangUpAsync(call);
                    return Task.CompletedTask;
                });
            }

            await WriteAsync(context, StatusCodes.Status200OK, new JsonObject());
        }
    }

    private static VapiRequest Request(HttpContext context) => context.Features.Get<VapiRequest>()!;

    private static string Id(HttpContext context) => (string)context.GetRouteValue("id")!;

    private static bool TryReadLimit(HttpContext context, out int limit)
    {
        limit = DefaultLimit;
        return context.Request.Query["limit"] is not [var text]
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit <= MaxLimit);
    }

    private static Task NotFoundAsync(HttpContext context, string message) => RefuseAsync(context, StatusCodes.Status404NotFound, message);

    private static Task RefuseAsync(HttpContext context, int status, JsonNode message) => WriteAsync(context, status, new JsonObject
    {
        ["message"] = message,
        ["error"] = ReasonPhrases.GetReasonPhrase(status),
        ["statusCode"] = status,
    });

    private static Task WriteAsync(HttpContext context, int status, JsonNode json) => WriteAsync(context, status, json.Written(), "application/json; charset=utf-8");

    private static Task WriteAsync(HttpContext context, int status, string body, string contentType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }
}
