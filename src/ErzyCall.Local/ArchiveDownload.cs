namespace ErzyCall.Local;

/// <summary>Fetches an archive over HTTP, by the proxy that <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c> and <c>NO_PROXY</c> name.</summary>
internal static class ArchiveDownload
{
    // A firewall that swallows packets must not make the person at the console wait for minutes.
    private static readonly TimeSpan s_connectsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_silentFor = TimeSpan.FromSeconds(30);

    /// <exception cref="HttpRequestException">Nobody answers, or something else than 200.</exception>
    /// <exception cref="TimeoutException">It goes on no more.</exception>
    public static async Task FetchAsync(Uri address, Stream into, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = s_connectsWithin };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            silence.CancelAfter(s_silentFor);
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            answer.EnsureSuccessStatusCode();
            await using var content = await answer.Content.ReadAsStreamAsync(silence.Token);
            var buffer = new byte[81920];
            while (await ReadAsync(content, buffer, silence.Token) is > 0 and var read)
            {
                await into.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                silence.CancelAfter(s_silentFor);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("nothing comes any more");
        }
    }

    /// <summary>Tells a connection that breaks off from a disk that does not take what came.</summary>
    private static async Task<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }
}
