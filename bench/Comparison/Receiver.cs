using System.Collections.Concurrent;

namespace ErzyCall.Bench.Comparison;

/// <summary>
/// Receives webhooks, in a process of its own. It keeps the first bodies that come, and can post them to itself again by a bare loop: the
/// measure of what the receiver and one client can do on this machine.
/// </summary>
internal static class Receiver
{
    public const string Command = "receiver";

    private static readonly ConcurrentQueue<byte[]> s_bodies = [];

    private static volatile Expectation s_expected = new(0);

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => "ok");
        app.MapPost("/hooks", (RequestDelegate)ReceiveAsync);
        app.MapPost("/expect/{count}", (RequestDelegate)ExpectAsync);
        app.MapGet("/expected", (RequestDelegate)(_ => s_expected.WhenCome.WaitAsync(TimeSpan.FromMinutes(2))));
        app.MapPost("/repeat/{count}", (RequestDelegate)RepeatAsync);
        await app.RunAsync();
    }

    private static async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var expected = s_expected;
        if (s_bodies.Count < expected.Count)
        {
            s_bodies.Enqueue(body.ToArray());
        }

        expected.Receive();
    }

    /// <summary>Counts from now on; <c>/expected</c> is answered once so many have come.</summary>
    private static Task ExpectAsync(HttpContext context)
    {
        s_expected = new Expectation(Count(context));
        return Task.CompletedTask;
    }

    private static async Task RepeatAsync(HttpContext context)
    {
        using var http = new HttpClient();
        var hooks = new Uri($"{context.Request.Scheme}://{context.Request.Host}/hooks");
        foreach (var body in s_bodies.Take(Count(context)))
        {
            using var content = new ByteArrayContent(body);
            using var response = await http.PostAsync(hooks, content);
        }
    }

    private static int Count(HttpContext context) =>
        int.Parse((string)context.Request.RouteValues["count"]!, System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Expectation(int count)
    {
        private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _received;

        public int Count => count;

        public Task WhenCome => _come.Task;

        public void Receive()
        {
            if (Interlocked.Increment(ref _received) == count)
            {
                _come.SetResult();
            }
        }
    }
}
