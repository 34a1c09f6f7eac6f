using System.Globalization;
using System.Text;

namespace ErzyCall.VapiStandIn;

/// <summary>
/// A file of what happened, one line for each thing: time, what, id and name of the call, the number dialled, and more about it, separated by tabs. A line is on the disk
/// before a callback or an answer tells anybody of it, so that whoever judges a run has it also if this process is killed.
/// </summary>
internal sealed class Journal(string path, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);

    public void Write(string what, VapiCall call, string? more = null)
    {
        lock (_gate)
        {
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}\t{what}\t{call.Id}\t{call.Name}\t{call.Number}\t{more}\n");
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => _file.Dispose();
}
