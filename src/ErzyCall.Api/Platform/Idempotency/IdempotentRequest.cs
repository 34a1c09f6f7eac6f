using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// What makes two requests the same one: organization, key and operation; and what must then be the same too: the body and the query.
/// </summary>
/// <param name="Hash">SHA-256 of what identifies the request.</param>
/// <param name="Fingerprint">SHA-256 of the raw body and the query.</param>
/// <param name="AnswersWithSecret">Whether its response, kept for replays, is encrypted and never copied to Redis.</param>
internal sealed record IdempotentRequest(Caller Caller, byte[] Hash, byte[] Fingerprint, bool AnswersWithSecret)
{
    /// <summary>
    /// The advisory lock that only one request at a time holds. Two requests that share 64 bits of SHA-256 by chance merely wait for each
    /// other.
    /// </summary>
    public long LockId => BinaryPrimitives.ReadInt64LittleEndian(Hash);

    /// <param name="operation">What is to be done, and to what: a key means something of its own for each.</param>
    /// <param name="body">As it was sent.</param>
    /// <param name="query">What else was sent; only HTTP has it.</param>
    /// <param name="answersWithSecret">
    /// Then the API key that asked is part of what must be the same: a secret is replayed only to the key that it was shown to, which
    /// another key of the organization may not outrank.
    /// </param>
    public static IdempotentRequest Of(
        Caller caller, string key, string operation, ReadOnlySpan<byte> body, string query = "", bool answersWithSecret = false)
    {
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.OrganizationId}\n{key}\n{operation}"));

        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        content.AppendData(SHA256.HashData(body));
        content.AppendData(Encoding.UTF8.GetBytes(query));
        if (answersWithSecret)
        {
            content.AppendData(caller.KeyId.Value.ToByteArray());
        }

        return new IdempotentRequest(caller, identity, content.GetHashAndReset(), answersWithSecret);
    }
}
