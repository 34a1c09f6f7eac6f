using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Client;

/// <summary>Sends requests, and sends again those that may be.</summary>
internal sealed class Transport
{
    /// <summary>Before the first repetition of a request, when the server does not say how long; doubled each time.</summary>
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>What is read of an error: ours are much shorter.</summary>
    private const int MaxErrorBytes = 64 * 1024;

    private const int MaxKey = 255;

    private readonly HttpClient _http;
    private readonly ErzyCallOptions _options;
    private readonly string _address;

    public Transport(HttpClient http, ErzyCallOptions options)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        (_http, _options, _address) = (http, options, options.BaseAddress!.AbsoluteUri.TrimEnd('/'));
    }

    public TimeProvider Clock => _options.Clock;

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
        return ReadAsync(
            operation.PageInfo,
            new Request(operation.Method, path + query),

            // A list that leads back to where it was has no end.
            page => page is { Data: not null, Pagination: not null } && !(page.Pagination.HasMore && page.Pagination.Cursor == cursor),
            cancellationToken);
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
        (await ReadAsync(info, request, static answer => answer is { Data: not null }, cancellationToken).ConfigureAwait(false)).Data;

    private async Task<T> ReadAsync<T>(JsonTypeInfo<T> info, Request request, Func<T?, bool> isWhole, CancellationToken cancellationToken)
        where T : class
    {
        request = request.WithKey();
        using var response = await RespondAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(bytes, info) is { } answer && isWhole(answer))
            {
                return answer;
            }
        }
        catch (JsonException)
        {
        }

        throw Unreadable(response, bytes, request.Key, requestId: null, retryAfter: null);
    }

    private async Task<HttpResponseMessage> RespondAsync(Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            var isLast = retries >= _options.MaxRetries;
            TimeSpan? asked = null;
            try
            {
                return await TryAsync(request, completion, cancellationToken).ConfigureAwait(false);
            }
            catch (ErzyCallException error) when (!isLast && MayBeSentAgain(request.Method, error) && !(error.RetryAfter > _options.MaxRetryDelay))
            {
                asked = error.RetryAfter;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
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

    /// <summary>Sends a request once, and reads what comes, an error included, within the time that an answer has.</summary>
    private async Task<HttpResponseMessage> TryAsync(Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var message = new HttpRequestMessage(request.Method, new Uri(_address + request.Path));
        message.Headers.Add("X-API-Key", _options.ApiKey);
        message.Headers.Range = request.Range;
        if (request.Key is not null)
        {
            message.Headers.Add("Idempotency-Key", request.Key);
        }

        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        else if (request.Method != HttpMethod.Get)
        {
            // A request without any content is sent again by .NET itself, several times, when its connection breaks.
            message.Content = new ByteArrayContent([]);
        }

        var response = await _http.SendAsync(message, completion, either.Token).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ErrorOfAsync(response, request.Key, either.Token).ConfigureAwait(false);
        }
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
            : TimeSpan.FromSeconds(Math.Min(s_firstDelay.TotalSeconds * Math.Pow(2, retries), _options.MaxRetryDelay.TotalSeconds)) * (0.75 + (random / 2));
    }

    private async Task<ErzyCallException> ErrorOfAsync(HttpResponseMessage response, string? key, CancellationToken cancellationToken)
    {
        var requestId = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.First() : null;
        var retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - Clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero,
            _ => (TimeSpan?)null,
        };
        var bytes = await StartOfAsync(response.Content, cancellationToken).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(bytes, ErzyCallJson.Api.ErrorEnvelope)?.Error is { Code.Value: not null, Message: not null } error)
            {
                return new ErzyCallException(response.StatusCode, error.Code, error.Message, error.Details ?? [], requestId, retryAfter, key);
            }
        }
        catch (JsonException)
        {
        }

        return Unreadable(response, bytes, key, requestId, retryAfter);
    }

    private static async Task<byte[]> StartOfAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxErrorBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return buffer[..length];
    }

    private static ErzyCallException Unreadable(HttpResponseMessage response, byte[] bytes, string? key, string? requestId, TimeSpan? retryAfter)
    {
        var text = Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, 200));
        var message = response.Headers.Location is { } location
            ? string.Create(CultureInfo.InvariantCulture, $"The answer {(int)response.StatusCode} leads to {location}, which is not followed: is BaseAddress the address of the server?")
            : string.Create(CultureInfo.InvariantCulture, $"The answer {(int)response.StatusCode} is not ErzyCall's: {text}");
        return new ErzyCallException(response.StatusCode, ErzyCallException.Unreadable, message, [], requestId, retryAfter, key);
    }

    /// <summary>A request that can be sent several times.</summary>
    private sealed record Request(HttpMethod Method, string Path)
    {
        public string? Key { get; init; }

        public byte[]? Body { get; init; }

        public RangeHeaderValue? Range { get; init; }

        /// <summary>One key for all repetitions: they are one request to the server.</summary>
        /// <exception cref="ArgumentException">The key that was given is none.</exception>
        public Request WithKey() =>
            Method != HttpMethod.Post ? this
            : Key is null ? this with { Key = Guid.NewGuid().ToString() }
            : Key.Length is 0 or > MaxKey || Key.AsSpan().ContainsAnyExceptInRange('!', '~') ? throw new ArgumentException("An idempotency key has 1 to 255 printable ASCII characters")
            : this;
    }
}
