using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ErzyCall.Bench.Load;

/// <summary>
/// One client that sends a request, waits for its whole response and sends the next. It allocates nothing while it runs, and reads of a
/// response only where it ends and what its status is: whatever it costs is taken from the server on the same machine.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    /// <summary>The size of the largest response that a measured path gives, several times over.</summary>
    private const int BufferSize = 256 * 1024;

    private const int StatusAt = 9;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs _receiving = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly RequestSource _requests;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _filled;
    private long _sentAt;
    private long _deadline;

    public LoadConnection(RequestSource requests)
    {
        _requests = requests;
        _receiving.Completed += (_, _) => Continue();
    }

    /// <summary>How long each response took, in ticks of <see cref="Stopwatch"/>.</summary>
    public List<long> Times { get; } = new(100_000);

    public Dictionary<int, int> Statuses { get; } = [];

    public Task ConnectAsync(IPEndPoint server) => _socket.ConnectAsync(server);

    /// <summary>Runs until <paramref name="deadline"/>. The response that is under way then is read, and not counted.</summary>
    public Task RunAsync(long deadline)
    {
        _deadline = deadline;
        try
        {
            Send();
            Receive();
        }
        catch (SocketException lost)
        {
            _over.TrySetException(lost);
        }

        return _over.Task;
    }

    public void Dispose()
    {
        _receiving.Dispose();
        _socket.Dispose();
    }

    private void Send()
    {
        var request = _requests.Next();
        _filled = 0;
        _sentAt = Stopwatch.GetTimestamp();
        if (_socket.Send(request) != request.Length)
        {
            throw new InvalidOperationException("A request did not fit into the socket's buffer.");
        }
    }

    private void Continue()
    {
        try
        {
            if (Received())
            {
                Receive();
            }
        }
        catch (Exception failure) when (failure is SocketException or InvalidDataException or InvalidOperationException)
        {
            _over.TrySetException(failure);
        }
    }

    /// <summary>Receives as long as there is something, and returns once there is not.</summary>
    private void Receive()
    {
        do
        {
            _receiving.SetBuffer(_buffer, _filled, _buffer.Length - _filled);
            if (_socket.ReceiveAsync(_receiving))
            {
                return;
            }
        }
        while (Received());
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether more is to come.</returns>
    private bool Received()
    {
        if (_receiving.SocketError != SocketError.Success || _receiving.BytesTransferred == 0)
        {
            throw new InvalidDataException($"The server ended a connection ({_receiving.SocketError}).");
        }

        _filled += _receiving.BytesTransferred;
        if (!IsComplete(_buffer.AsSpan(0, _filled)))
        {
            return true;
        }

        var now = Stopwatch.GetTimestamp();
        if (now >= _deadline)
        {
            _over.TrySetResult();
            return false;
        }

        Times.Add(now - _sentAt);
        var status = (_buffer[StatusAt] - '0') * 100 + (_buffer[StatusAt + 1] - '0') * 10 + _buffer[StatusAt + 2] - '0';
        Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
        Send();
        return true;
    }

    /// <summary>
    /// Whether a response has come to its end. Nothing follows one that nobody has asked for, and no JSON has the last chunk's line breaks
    /// in it.
    /// </summary>
    private static bool IsComplete(ReadOnlySpan<byte> response)
    {
        var head = response.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var length = response[..head].IndexOf("\r\nContent-Length: "u8);
        if (length < 0)
        {
            return response.Length > head + 4 && response.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var size = 0;
        for (var i = length + "\r\nContent-Length: "u8.Length; response[i] != '\r'; i++)
        {
            size = (size * 10) + response[i] - '0';
        }

        return response.Length >= head + 4 + size;
    }
}
