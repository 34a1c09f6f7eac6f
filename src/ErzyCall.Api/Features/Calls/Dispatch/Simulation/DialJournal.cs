using System.Text;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>
/// The file that witnesses every dial of the simulated carrier, for tests that kill servers. Lines are written through to the disk before
/// anything rings.
/// </summary>
internal sealed class DialJournal(IOptions<SimulatorOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(5);

    public async Task AppendAsync(IReadOnlyList<CarrierOrder> orders, CancellationToken cancellationToken)
    {
        if (options.Value.JournalPath is not { } path)
        {
            return;
        }

        var now = clock.Now();
        var lines = orders
            .Select(order => Encoding.UTF8.GetBytes($"{order.Call},{order.To},{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n"))
            .ToList();
        while (true)
        {
            try
            {
                // Opened for this process alone, because .NET's appending is no O_APPEND: two processes would write over each other.
                // Without a buffer, so that a process that is killed leaves whole lines.
                await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
                file.Seek(0, SeekOrigin.End);
                foreach (var line in lines)
                {
                    await file.WriteAsync(line, cancellationToken);
                }

                RandomAccess.FlushToDisk(file.SafeFileHandle);
                return;
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(s_retryAfter, cancellationToken);
            }
        }
    }
}
