using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace ErzyCall.VapiStandIn;

/// <summary>The recordings of calls at addresses that need no key and are good for a minute. Every recording is the same: one second of a tone.</summary>
internal sealed class Recordings(TimeProvider clock)
{
    private const int SamplesPerSecond = 8_000;
    private const int HeaderSize = 44;

    private static readonly TimeSpan s_goodFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _good = [];

    /// <summary>The recording: WAV, 8 kHz, 16 bits, mono, as <c>wav;l16</c> names it.</summary>
    public static byte[] Wav { get; } = Tone();

    /// <summary>A new address of the recording, and how long it is good.</summary>
    public (string Path, DateTimeOffset Expires) Presign()
    {
        var (path, expires) = ($"/recordings/{RandomNumberGenerator.GetHexString(32, lowercase: true)}", clock.GetUtcNow() + s_goodFor);
        _good[path] = expires;
        return (path, expires);
    }

    public bool IsGood(string path) => _good.TryGetValue(path, out var expires) && clock.GetUtcNow() < expires;

    private static byte[] Tone()
    {
        const int Size = SamplesPerSecond * sizeof(short);
        var wav = new byte[HeaderSize + Size];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), HeaderSize - 8 + Size);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), SamplesPerSecond);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), SamplesPerSecond * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), Size);
        for (var sample = 0; sample < SamplesPerSecond; sample++)
        {
            var value = (short)(10_000 * Math.Sin(2 * Math.PI * 440 * sample / SamplesPerSecond));
            BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(HeaderSize + (sample * sizeof(short))), value);
        }

        return wav;
    }
}
