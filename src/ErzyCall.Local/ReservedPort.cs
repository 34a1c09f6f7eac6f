using System.Net;
using System.Net.Sockets;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace ErzyCall.Local;

/// <summary>
/// The addresses that the server is going to listen on, held while it makes its databases: whoever cannot have them learns it before
/// anything is made and a key is printed that nobody sees.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly List<TcpListener> _listeners = [];

    /// <param name="urls">The addresses, separated by semicolons as in <c>--urls</c>.</param>
    /// <exception cref="OperatorException">An address is malformed, is taken, or may not be had.</exception>
    public static ReservedPort Take(string urls)
    {
        var reserved = new ReservedPort();
        try
        {
            foreach (var address in ListeningAddress.Parse(urls))
            {
                reserved.TakeOne(address);
            }

            return reserved;
        }
        catch
        {
            reserved.Dispose();
            throw;
        }
    }

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    private void TakeOne(BindingAddress address)
    {
        if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0)
        {
            return;
        }

        var (ip, isEverywhere) = address.Host switch
        {
            "localhost" => (IPAddress.Loopback, false),
            var host when IPAddress.TryParse(host.Trim('[', ']'), out var literal) => (literal, false),
            _ => (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, true),
        };
        var listener = new TcpListener(ip, address.Port);
        _listeners.Add(listener);
        try
        {
            if (isEverywhere && Socket.OSSupportsIPv6)
            {
                listener.Server.DualMode = true;
            }

            listener.Start();
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new OperatorException(
                $"{address} is in use by another program. Stop that one, or name another address with --urls.", refused);
        }
        catch (SocketException refused)
        {
            throw new OperatorException(
                $"The server cannot listen on {address}: {refused.Message}. Name another address with --urls.", refused);
        }
    }
}
