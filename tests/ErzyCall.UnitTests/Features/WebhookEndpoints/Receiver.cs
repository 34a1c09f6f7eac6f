using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

/// <summary>A receiver that may answer with anything at all, byte by byte: no HTTP server would.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<Connection, CancellationToken, Task> _answer;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public Receiver(Func<Connection, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers every request with the same bytes, and closes.</summary>
    public Receiver(string answer)
        : this((connection, cancellationToken) => connection.WriteAsync(answer, cancellationToken))
    {
    }

    public ConcurrentQueue<string> Requests { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/hooks?a=b%20c");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var request = await ReadRequestAsync(client.GetStream());
                Requests.Enqueue(request);
                await _answer(new Connection(client, client.GetStream()), _stopping.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException)
            {
                // The other side has gone, or the test is over.
            }
        }
    }

    private async Task<string> ReadRequestAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var request = text.ToString();
            var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && request.Length - head - 4 >= LengthOf(request))
            {
                return request;
            }

            var read = await stream.ReadAsync(buffer, _stopping.Token);
            if (read == 0)
            {
                return request;
            }

            // A character for each byte.
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static int LengthOf(string request)
    {
        const string Name = "\r\nContent-Length: ";
        var start = request.IndexOf(Name, StringComparison.Ordinal);
        return start < 0 ? 0 : int.Parse(request.AsSpan((start + Name.Length)..request.IndexOf("\r\n", start + 2, StringComparison.Ordinal)), CultureInfo.InvariantCulture);
    }

    internal sealed record Connection(TcpClient Client, Stream Stream)
    {
        public async Task WriteAsync(string text, CancellationToken cancellationToken) =>
            await Stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

        /// <summary>Closes with RST, not with FIN.</summary>
        public void Reset() => Client.Client.Close(0);
    }
}
