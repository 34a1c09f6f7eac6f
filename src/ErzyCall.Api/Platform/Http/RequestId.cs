using System.Text.RegularExpressions;
using Serilog.Context;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Gives every request an id: the client's own when it is well-formed, else a new one. It goes into every log line of the request and
/// into <c>X-Request-Id</c> of every response.
/// </summary>
internal sealed partial class RequestId(RequestDelegate next, TimeProvider clock)
{
    public const string Header = "X-Request-Id";

    public static string New(TimeProvider clock) => TypeId.Format("req", Guid.CreateVersion7(clock.GetUtcNow()));

    public async Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[Header];
        var id = sent is [{ } own] && WellFormed().IsMatch(own) ? own : New(clock);
        context.TraceIdentifier = id;

        // Written as the response starts, because the exception handler clears whatever headers were set before it.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = id;
            return Task.CompletedTask;
        });
        using (LogContext.PushProperty("RequestId", id))
        {
            await next(context);
        }
    }

    // Long enough for any tracing system's id, and nothing that could break a log line or a header.
    [GeneratedRegex(@"^req_[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex WellFormed();
}
