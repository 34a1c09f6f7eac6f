using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.Api.Platform.Pagination;

/// <summary>The last row of a page, by the order of every list: newest first, id as tie-break.</summary>
internal readonly record struct Position(DateTimeOffset CreatedAt, Guid Id);

/// <summary>
/// Makes and reads cursors. A cursor is encrypted and signed, and holds a hash of the organization, the route and the filters
/// that it was made under: used with any other it is refused, so a page can never be of another list than the one before.
/// </summary>
internal sealed class Cursors(IDataProtectionProvider dataProtection)
{
    /// <summary>Longer than any cursor; what is longer was not made here.</summary>
    public const int MaxLength = 1_000;

    private const int BindingSize = 16;
    private const int PayloadSize = BindingSize + sizeof(long) + 16;

    private readonly IDataProtector _protector = dataProtection.CreateProtector("cursor");

    /// <param name="list">Identifies the list: the route and every filter in use, in a fixed order.</param>
    public string Write(Caller caller, string list, Position position)
    {
        Span<byte> payload = stackalloc byte[PayloadSize];
        Bind(caller, list, payload);
        BinaryPrimitives.WriteInt64BigEndian(payload[BindingSize..], position.CreatedAt.UtcTicks);
        position.Id.TryWriteBytes(payload[(BindingSize + sizeof(long))..], bigEndian: true, out _);
        return WebEncoders.Base64UrlEncode(_protector.Protect(payload.ToArray()));
    }

    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on <c>cursor</c>.</exception>
    public Position? Read(Caller caller, string list, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        byte[] payload;
        try
        {
            payload = _protector.Unprotect(WebEncoders.Base64UrlDecode(cursor));
        }
        catch (Exception forged) when (forged is FormatException or CryptographicException)
        {
            throw Refusal();
        }

        Span<byte> binding = stackalloc byte[BindingSize];
        Bind(caller, list, binding);
        return payload.Length == PayloadSize && binding.SequenceEqual(payload.AsSpan(0, BindingSize))
            ? new Position(
                new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(BindingSize)), TimeSpan.Zero),
                new Guid(payload.AsSpan(BindingSize + sizeof(long)), bigEndian: true))
            : throw Refusal();
    }

    private static void Bind(Caller caller, string list, Span<byte> binding)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.OrganizationId}\n{list}"), hash);
        hash[..BindingSize].CopyTo(binding);
    }

    private static ApiException Refusal() =>
        new(ApiError.InvalidQuery(new FieldError("cursor", "Not a cursor of this list with these filters")));
}
