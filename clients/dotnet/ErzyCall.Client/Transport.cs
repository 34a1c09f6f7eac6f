using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Client;

/// <summary>Sends requests, and sends again those that may be.</summary>
internal sealed class Transport(HttpClient http, ErzyCallOptions options)
{
    /// <summary>Before the first repetition of a request, when the server does not say how long; doubled each time.</summary>
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(500);

    private readonly string _address =
        options.BaseAddress?.AbsoluteUri.TrimEnd('/') ?? throw new ArgumentException("BaseAddress is not given", nameof(options));

    private readonly string _apiKey = options.ApiKey is { Length: > 0 } key ? key : throw new ArgumentException("ApiKey is not given", nameof(options));

    public TimeProvider Clock => options.Clock;

    public Task<T> GetAsync<T>(Operation<T> operation, string path, IQuery? query, CancellationToken cancellationToken) =>
        AnswerAsync(operation.AnswerInfo, new Request(operation.Method, path + TextOf(query)), cancellationToken);

    public Task<T> SendAsync<T>(Operation<T> operation, string path, string? idempotencyKey, CancellationToken cancellationToken, IQuery? query = null) =>
        AnswerAsync(operation.AnswerInfo, new Request(operation.Method, path + TextOf(query)) { Key = idempotencyKey }, cancellationToken);

    public Task<T> SendAsync<TBody, T>(Operation<TBody, T> operation, string path, TBody body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, operation.BodyInfo);
        return AnswerAsync(operation.AnswerInfo, new Request(operation.Method, path) { Key = idempotencyKey, Body = bytes }, cancellationToken);
    }

    public async Task DeleteAsync(Operation operation, string path, CancellationToken cancellationToken)
    {
        using var response = await RespondAsync(new Request(operation.Method, path), HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
    }

    public PagedList<T> List<T>(ListOperation<T> operation, string path, IQuery? filters) => new((cursor, cancellationToken) =>
    {
        var query = new QueryText();
        filters?.WriteTo(query);
        query.Add(operation.Cursor, cursor);
        return ReadAsync(operation.PageInfo, new Request(operation.Method, path + query), cancellationToken);
    });

    /// <summary>An answer of which only the head has been read.</summary>
    public Task<HttpResponseMessage> OpenAsync(Operation operation, string path, RangeHeaderValue? range, CancellationToken cancellationToken) =>
        RespondAsync(new Request(operation.Method, path) { Range = range }, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private static string TextOf(IQuery? query)
    {
        var text = new QueryText();
        query?.WriteTo(text);
        return text.ToString();
    }

    private async Task<T> AnswerAsync<T>(JsonTypeInfo<Envelope<T>> info, Request request, CancellationToken cancellationToken) =>
        (await ReadAsync(info, request, cancellationToken).ConfigureAwait(false)).Data;

    private async Task<T> ReadAsync<T>(JsonTypeInfo<T> info, Request request, CancellationToken cancellationToken)
    {
        using var response = await RespondAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return (await JsonSerializer.DeserializeAsync(content, info, cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<HttpResponseMessage> RespondAsync(Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        // One key for all repetitions: they are one request to the server.
        request = request.Method == HttpMethod.Post ? request with { Key = request.Key ?? Guid.NewGuid().ToString() } : request;
        for (var retries = 0; ; retries++)
        {
            var isLast = retries >= options.MaxRetries;
            TimeSpan? asked = null;
            try
            {
                var response = await TryAsync(request, completion, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                using (response)
                {
                    var error = await ErrorOfAsync(response, cancellationToken).ConfigureAwait(false);
                    if (isLast || !MayBeSentAgain(request.Method, error) || error.RetryAfter > options.MaxRetryDelay)
                    {
                        throw error;
                    }

                    asked = error.RetryAfter;
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // What a PATCH or DELETE has done is not known, and a second one could do it to what has changed since.
                if (isLast || request.Method == HttpMethod.Patch || request.Method == HttpMethod.Delete)
                {
                    throw new ErzyCallConnectionException($"{request.Method} {request.Path} was not answered", request.Key, broken);
                }
            }

            await Task.Delay(DelayBefore(retries, asked), Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> TryAsync(Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var message = new HttpRequestMessage(request.Method, new Uri(_address + request.Path));
        message.Headers.Add("X-API-Key", _apiKey);
        message.Headers.Range = request.Range;
        if (request.Key is not null)
        {
            message.Headers.Add("Idempotency-Key", request.Key);
        }

        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return await http.SendAsync(message, completion, either.Token).ConfigureAwait(false);
    }

    /// <summary>Whether an error says that nothing was done, or the request finds out by itself whether something was.</summary>
    private static bool MayBeSentAgain(HttpMethod method, ErzyCallException error) =>
        error.Status is HttpStatusCode.TooManyRequests
        || ((method == HttpMethod.Get || method == HttpMethod.Post)
            && (error.Status >= HttpStatusCode.InternalServerError || (error.Status is HttpStatusCode.Conflict && error.RetryAfter is not null)));

    /// <summary>What the server asks for, or a delay of our own; a little more or less, so that clients do not all come back at once.</summary>
    private TimeSpan DelayBefore(int retries, TimeSpan? asked)
    {
#pragma warning disable CA5394 // Nobody gains by guessing it.
        var random = Random.Shared.NextDouble();
#pragma warning restore CA5394
        return asked > TimeSpan.Zero
            ? asked.Value * (1 + (random / 10))
            : TimeSpan.FromTicks(Math.Min((s_firstDelay * Math.Pow(2, retries)).Ticks, options.MaxRetryDelay.Ticks)) * (0.75 + (random / 2));
    }

    private static async Task<ErzyCallException> ErrorOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var requestId = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.First() : null;
        var retryAfter = response.Headers.RetryAfter?.Delta;
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var error = JsonSerializer.Deserialize(text, ErzyCallJson.Default.ErrorEnvelope)!.Error;
            return new ErzyCallException(response.StatusCode, error.Code, error.Message, error.Details ?? [], requestId, retryAfter);
        }
        catch (JsonException)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"The answer {(int)response.StatusCode} is not ErzyCall's: {text[..Math.Min(text.Length, 200)]}");
            return new ErzyCallException(response.StatusCode, ErzyCallException.Unreadable, message, [], requestId, retryAfter);
        }
    }

    /// <summary>A request that can be sent several times.</summary>
    private sealed record Request(HttpMethod Method, string Path)
    {
        public string? Key { get; init; }

        public byte[]? Body { get; init; }

        public RangeHeaderValue? Range { get; init; }
    }
}
