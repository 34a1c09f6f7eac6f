using System.Diagnostics;

namespace ErzyCall.Api.Platform.Tracing;

/// <summary>
/// The server's own spans. A trace goes on where a request has left off: what is done later because of it (a call is dialled, its outcome
/// is delivered), perhaps by another copy of the server, is recorded with what it belongs to. Without somebody who collects traces there
/// are no spans.
/// </summary>
internal static class Spans
{
    public const string Source = "ErzyCall";

    /// <summary>The length of a <c>traceparent</c> (https://www.w3.org/TR/trace-context/).</summary>
    public const int MaxTraceParent = 55;

    private static readonly ActivitySource s_source = new(Source);

    /// <summary>
    /// The span in which something happens now, to be kept with what follows from it; <c>null</c> when this is not recorded.
    /// </summary>
    public static string? TraceParent => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    /// <summary>Begins a span that belongs to the present one.</summary>
    /// <returns><c>null</c> when there is none.</returns>
    public static Activity? Begin(string name) => Activity.Current is null ? null : s_source.StartActivity(name, ActivityKind.Client);

    /// <summary>Begins a span for something that was caused earlier.</summary>
    /// <param name="traceParent">What <see cref="TraceParent"/> was then.</param>
    /// <returns><c>null</c> when that was not recorded.</returns>
    public static Activity? Continue(string name, ActivityKind kind, string? traceParent) =>
        traceParent is null ? null : s_source.StartActivity(name, kind, traceParent);

    /// <summary>Says that what a span is about has failed.</summary>
    /// <param name="reason">A reason that tells nothing of anybody's data.</param>
    public static void Fail(this Activity? span, string reason) =>
        span?.SetStatus(ActivityStatusCode.Error, reason).SetTag("error.type", reason);
}
