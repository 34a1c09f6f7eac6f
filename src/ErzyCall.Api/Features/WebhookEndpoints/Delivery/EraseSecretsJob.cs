using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>Erases secrets that have been replaced and whose time is over. Late is harmless: they do not sign any more.</summary>
internal sealed class EraseSecretsJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await db.WebhookEndpoints
            .Where(endpoint => endpoint.PreviousSecretUntil <= now)
            .ExecuteUpdateAsync(
                endpoint => endpoint
                    .SetProperty(row => row.PreviousSecret, (string?)null)
                    .SetProperty(row => row.PreviousSecretUntil, (DateTimeOffset?)null),
                cancellationToken);
        return false;
    }
}
