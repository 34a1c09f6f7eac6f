using System.Collections;
using System.Collections.Concurrent;

namespace ErzyCall.VapiStandIn;

/// <summary>The calls that were made, the oldest first.</summary>
internal sealed class VapiCalls : IEnumerable<VapiCall>
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<VapiCall> _taken = [];
    private readonly ConcurrentDictionary<Guid, VapiCall> _byId = [];

    /// <summary>Every order that was or will be accepted, in the order of arrival.</summary>
    public IEnumerable<VapiCall> Taken => _taken;

    /// <summary>The only call with this id or name.</summary>
    public VapiCall this[string idOrName] => Find(idOrName) ?? Named(idOrName) switch
    {
        [var call] => call,
        var calls => throw new KeyNotFoundException($"There are {calls.Count} calls named {idOrName}."),
    };

    public VapiCall? Find(string id) => Guid.TryParse(id, out var key) && _byId.TryGetValue(key, out var call) ? call : null;

    public IReadOnlyList<VapiCall> Named(string name) => [.. this.Where(call => call.Name == name)];

    /// <summary>Waits until there is a call of this name.</summary>
    public async Task<VapiCall> WhenNamedAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Named(name) is [var call, ..])
            {
                return call;
            }

            await Task.Delay(s_lookEvery, cancellationToken);
        }
    }

    public void Take(VapiCall call) => _taken.Enqueue(call);

    public void Add(VapiCall call) => _byId[call.Id] = call;

    public IEnumerator<VapiCall> GetEnumerator() => _taken.Where(call => _byId.ContainsKey(call.Id)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
