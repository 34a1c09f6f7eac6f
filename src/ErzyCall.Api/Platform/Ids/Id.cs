using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace ErzyCall.Api.Platform.Ids;

/// <summary>A kind of resource that has ids of its own, told apart on the wire by their prefix.</summary>
internal interface IHasIdPrefix
{
    static abstract string IdPrefix { get; }
}

/// <summary>
/// The id of a <typeparamref name="T"/>: a UUIDv7 in the database, a TypeID (<c>call_01h455vb4pex5vsknk084sn02q</c>) on the wire.
/// An id of another kind does not parse, so it can never be looked up by mistake.
/// </summary>
internal readonly record struct Id<T>(Guid Value) : IParsable<Id<T>>
    where T : IHasIdPrefix
{
    public static Id<T> New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>
    /// New ids in ascending order, for what is made at once and has an order: ids that are made one by one within a millisecond have none.
    /// </summary>
    public static List<Id<T>> NewMany(int count, DateTimeOffset now) =>
        [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7(now)).Order().Select(value => new Id<T>(value))];

    /// <summary>
    /// The least id of its time, for ranges: ids begin with the milliseconds at which they were made, so an index over them is one over
    /// that time.
    /// </summary>
    public static Id<T> LeastAt(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return new Id<T>(new Guid(bytes, bigEndian: true));
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out Id<T> id)
    {
        var parsed = TypeId.TryParse(T.IdPrefix, text, out var value);
        id = new Id<T>(value);
        return parsed;
    }

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Id<T> result) =>
        TryParse(s, out result);

    /// <exception cref="FormatException">The text is not a well-formed id of this kind.</exception>
    public static Id<T> Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, out var id) ? id : throw new FormatException($"Not an id with the prefix '{T.IdPrefix}'.");

    public override string ToString() => TypeId.Format(T.IdPrefix, Value);
}
