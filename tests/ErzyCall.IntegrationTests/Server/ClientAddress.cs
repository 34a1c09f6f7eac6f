using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Requests to a server in this process come from no network address. This gives them the one that the client names.</summary>
internal sealed class ClientAddress : IStartupFilter
{
    public const string Header = "Test-Client-Address";

    private static int s_last;

    /// <summary>An address that no other client has.</summary>
    public static string Next() => new IPAddress(BitConverter.GetBytes(IPAddress.HostToNetworkOrder((10 << 24) | Interlocked.Increment(ref s_last)))).ToString();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, step) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[Header].ToString() is { Length: > 0 } address ? address : "127.0.0.1");
            return step(context);
        });
        next(app);
    };
}
