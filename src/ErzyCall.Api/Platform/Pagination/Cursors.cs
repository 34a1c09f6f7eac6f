using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Platform.Secrets;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.Api.Platform.Pagination;

/// <summary>The last row of a page, by the order of every list: newest first, id as tie-break.</summary>
internal readonly record struct Position(DateTimeOffset CreatedAt, Guid Id);

/// <summary>
/// Makes and reads cursors. A cursor is encrypted and signed, and holds a hash of the organization, the route and the filters
/// that it was made under: used with any other it is refused, so a page can never be of another list than the one before.
/// </summary>
internal sealed class Cursors(Encryption encryption)
{
    /// <summary>A length that no cursor reaches; a longer one was not made here.</summary>
    public const int MaxLength = 1_000;

    public const string NotOne = "Not a cursor of this list with these filters";

    private const int BindingSize = 16;
    private const int PositionSize = sizeof(long) + 16;
    private const string Purpose = "cursor";

    /// <param name="list">Identifies the list: the route and every filter in use, in a fixed order.</param>
    public string Write(Caller caller, string list, Position position)
    {
        Span<byte> place = stackalloc byte[PositionSize];
        BinaryPrimitives.WriteInt64BigEndian(place, position.CreatedAt.UtcTicks);
        position.Id.TryWriteBytes(place[sizeof(long)..], bigEndian: true, out _);
        return Seal(caller, list, place);
    }

    /// <inheritdoc cref="Write(Caller, string, Position)"/>
    /// <param name="sequence">The last row's place in a list that numbers its rows.</param>
    public string Write(Caller caller, string list, long sequence)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(place, sequence);
        return Seal(caller, list, place);
    }

    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on the cursor's parameter.</exception>
    public Position? Read(Caller caller, string list, PageRequest page) =>
        page.Cursor is null
            ? null
            : PositionOf(Open(caller, list, page, PositionSize));

    /// <inheritdoc cref="Read"/>
    public long? ReadSequence(Caller caller, string list, PageRequest page) =>
        page.Cursor is null ? null : BinaryPrimitives.ReadInt64BigEndian(Open(caller, list, page, sizeof(long)));

    private static Position PositionOf(ReadOnlySpan<byte> place) =>
        new(
            new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(place), TimeSpan.Zero),
            new Guid(place[sizeof(long)..], bigEndian: true));

    private string Seal(Caller caller, string list, ReadOnlySpan<byte> place)
    {
        var payload = new byte[BindingSize + place.Length];
        Bind(caller, list, payload);
        place.CopyTo(payload.AsSpan(BindingSize));
        return WebEncoders.Base64UrlEncode(encryption.Encrypt(Purpose, payload));
    }

    private byte[] Open(Caller caller, string list, PageRequest page, int size)
    {
        byte[] payload;
        try
        {
            payload = encryption.Decrypt(Purpose, WebEncoders.Base64UrlDecode(page.Cursor!));
        }
        catch (Exception forged) when (forged is FormatException
            || (forged is CryptographicException unreadable && unreadable.IsUnreadable()))
        {
            throw Refusal(page);
        }

        Span<byte> binding = stackalloc byte[BindingSize];
        Bind(caller, list, binding);
        return payload.Length == BindingSize + size && binding.SequenceEqual(payload.AsSpan(0, BindingSize))
            ? payload[BindingSize..]
            : throw Refusal(page);
    }

    private static void Bind(Caller caller, string list, Span<byte> binding)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.OrganizationId}\n{list}"), hash);
        hash[..BindingSize].CopyTo(binding);
    }

    private static ApiException Refusal(PageRequest page) =>
        new(ApiError.InvalidQuery(new FieldError(page.CursorName, NotOne)));
}
