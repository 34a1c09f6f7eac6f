using System.Diagnostics.Metrics;
using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The metrics of messages that are sent.</summary>
internal sealed class MessageMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _sends = meters.Create(ServerMetrics.MeterName).CreateCounter<long>(
        "erzycall.whatsapp.sends", "{message}", "WhatsApp messages given to Meta.");

    /// <param name="result">The messenger's answer, or <c>null</c> when it is not known.</param>
    public void Offered(SendResult? result) => _sends.Add(1, new KeyValuePair<string, object?>("outcome", result switch
    {
        SendResult.Accepted => "accepted",
        SendResult.Refused => "refused",
        SendResult.NotSent => "not-sent",
        SendResult.OptedOut => "opted-out",
        _ => "unknown",
    }));
}
