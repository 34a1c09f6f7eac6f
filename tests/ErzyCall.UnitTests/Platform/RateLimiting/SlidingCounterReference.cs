using System.Numerics;

namespace ErzyCall.UnitTests.Platform.RateLimiting;

/// <summary>The two-bucket counter as its description says it: a list of what was taken, counted anew each time, in exact fractions.</summary>
internal sealed class SlidingCounterReference(long length, long firstBucket)
{
    private readonly List<long> _taken = [];
    private long _bucket = firstBucket;

    public void MoveTo(long now) => _bucket = BucketAt(now);

    public void Take(long now) => _taken.Add(now);

    public bool HasRoom(long limit, long now) => Used(now) + length <= limit * (BigInteger)length;

    public long Remaining(long limit, long now) => (long)BigInteger.Max(0, ((limit * (BigInteger)length) - Used(now)) / length);

    public bool IsEmpty(long now) => Count(BucketAt(now) - length) == 0 && Count(BucketAt(now)) == 0;

    // Times the length, to stay whole.
    private BigInteger Used(long now)
    {
        var bucket = BucketAt(now);
        return ((BigInteger)Count(bucket - length) * (length - (now - bucket))) + ((BigInteger)Count(bucket) * length);
    }

    private long Count(long bucket) => _taken.Count(at => at >= bucket && at < bucket + length);

    // After two buckets without a look the next one begins with the look.
    private long BucketAt(long now) => (now - _bucket) / length is var passed and < 2 ? _bucket + (passed * length) : now;
}
