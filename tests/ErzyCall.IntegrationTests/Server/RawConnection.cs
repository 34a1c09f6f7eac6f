using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A connection on which a test writes what no HTTP client would.</summary>
internal sealed class RawConnection : IDisposable
{
    /// <summary>How fast <see cref="DripAsync"/> drips: far below any rate that is asked for, and far more often than any pause that ends a connection.</summary>
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Only makes a failure end.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly TcpClient _client = new();

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return connection;
    }

    /// <param name="text">A byte a character.</param>
    public async Task WriteAsync(string text) =>
        await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Writes, and reads until the server closes the connection.</summary>
    public async Task<RawAnswer> SendAsync(string text)
    {
        await WriteAsync(text);
        return await ReadToEndAsync();
    }

    /// <summary>Writes <paramref name="drop"/> again and again until the server has had enough.</summary>
    public async Task<RawAnswer> DripAsync(string drop)
    {
        var answer = ReadToEndAsync();
        while (!answer.IsCompleted)
        {
            try
            {
                await WriteAsync(drop);
            }
            catch (IOException)
            {
                break;
            }

            await Task.WhenAny(answer, Task.Delay(s_pace, TestContext.Current.CancellationToken));
        }

        return await answer;
    }

    /// <summary>Ends the connection as a program that is killed does: whatever is under way is lost, and the other end is told so.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(enable: true, seconds: 0);
        _client.Close();
    }

    public void Dispose() => _client.Dispose();

    private async Task<RawAnswer> ReadToEndAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_patience);
        var received = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await _client.GetStream().ReadAsync(buffer, limit.Token)) > 0)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Closed with something unread in it: what came before counts.
        }

        return RawAnswer.Parse(received.ToString());
    }
}

/// <summary>What came back on a connection until it was closed.</summary>
/// <param name="Status">Of the first answer; 0 when there was none.</param>
/// <param name="Body">What follows the first answer's headers, as it was on the wire.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static RawAnswer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return new RawAnswer(0, new Dictionary<string, string>(), text);
        }

        var lines = text[..end].Split("\r\n");
        return new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(header => header[0], header => header[1], StringComparer.OrdinalIgnoreCase),
            text[(end + 4)..]);
    }
}
