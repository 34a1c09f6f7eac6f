using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ErzyCall.FaultTests;

/// <summary>The last word on a request.</summary>
/// <param name="IsReplay">Whether the server says that it had answered this before.</param>
internal sealed record Answer(int Status, JsonElement Body, bool IsReplay)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public string? ErrorCode => IsSuccess ? null : Body.GetProperty("error").GetProperty("code").GetString();
}

/// <summary>What a client has seen, of all its requests.</summary>
internal sealed class Tally
{
    private int _requests;
    private int _retries;
    private int _replays;

    public int Requests => _requests;

    /// <summary>Requests sent again because there was no answer, or one that said to.</summary>
    public int Retries => _retries;

    public int Replays => _replays;

    public ConcurrentDictionary<string, int> Answers { get; } = [];

    /// <summary>Answers that the API does not promise.</summary>
    public ConcurrentQueue<string> Surprises { get; } = [];

    public void Surprised(string what)
    {
        Surprises.Enqueue(what);
        Console.WriteLine($"not promised: {what}");
    }

    public void Requested() => Interlocked.Increment(ref _requests);

    public void Retried() => Interlocked.Increment(ref _retries);

    public void Replayed() => Interlocked.Increment(ref _replays);

    public void Answered(string answer) => Answers.AddOrUpdate(answer, 1, static (_, count) => count + 1);
}

/// <summary>
/// A client as an integrator's should be: a request that is not answered, or with "later", is sent again under its <c>Idempotency-Key</c> to whichever copy is there,
/// until there is a last word on it.
/// </summary>
internal sealed class CarefulClient(Cluster cluster, string key, Tally tally, Random random) : IDisposable
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>A server of which no copy answers for so long has not come back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30), DefaultRequestHeaders = { { "X-API-Key", key } } };

    /// <summary>Of a hundred requests, how many the client gives up in their middle, as if its connection were cut.</summary>
    public int Cuts { get; init; }

    public static string NewKey() => Guid.CreateVersion7().ToString();

    /// <summary>Answers that are worth sending the request again for are not the last word, and not returned.</summary>
    public async Task<Answer> PostAsync(string path, object? body, string? idempotencyKey = null)
    {
        tally.Requested();
        idempotencyKey ??= NewKey();
        var began = Stopwatch.GetTimestamp();
        for (var attempt = random.Next(cluster.Servers.Count); ; attempt++)
        {
            if (await TryAsync(new Uri(cluster.Servers[attempt % cluster.Servers.Count].Address, path), body, idempotencyKey) is { } answer)
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                throw new TimeoutException($"{path} had no last word after {s_patience.TotalMinutes} min.");
            }

            tally.Retried();
        }
    }

    /// <summary>The body of an answer that must be 2xx.</summary>
    public async Task<JsonElement> MustPostAsync(string path, object? body)
    {
        var answer = await PostAsync(path, body);
        return answer.IsSuccess ? answer.Body : throw new InvalidOperationException($"{path}: {answer.Status} {answer.Body}");
    }

    public void Dispose() => _http.Dispose();

    /// <returns><c>null</c> when the request is worth sending again, after as long as it should be waited.</returns>
    private async Task<Answer?> TryAsync(Uri address, object? body, string idempotencyKey)
    {
        using var cut = random.Next(100) < Cuts ? new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(60))) : new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body is null ? null : JsonContent.Create(body), Headers = { { "Idempotency-Key", idempotencyKey } } };
        try
        {
            using var response = await _http.SendAsync(request, cut.Token);
            var content = await response.Content.ReadAsStringAsync(cut.Token);
            var answer = new Answer((int)response.StatusCode, JsonElement.Parse(content), response.Headers.Contains("Idempotent-Replayed"));
            tally.Answered(answer.IsSuccess ? $"{answer.Status}" : $"{answer.Status} {answer.ErrorCode}");
            if (answer.IsReplay)
            {
                tally.Replayed();
            }

            if (response.Headers.RetryAfter?.Delta is { } later)
            {
                await Task.Delay(later);
                return null;
            }

            if (answer.Status < 500)
            {
                return answer;
            }

            tally.Surprised($"{address.PathAndQuery}: {answer.Status} {content}");
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException or IOException or SocketException)
        {
            tally.Answered(cut.IsCancellationRequested ? "cut by the client" : "connection refused or broken");
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            tally.Surprised($"{address.PathAndQuery}: an answer without the error envelope");
        }

        await Task.Delay(s_retryAfter);
        return null;
    }
}
