using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// A request under an idempotency key. Two requests are the same one when organization, key and operation are; body and query must then be
/// the same too.
/// </summary>
/// <param name="Hash">SHA-256 of what identifies the request.</param>
/// <param name="Fingerprint">SHA-256 of what must be the same too: the raw body, the query and, for a secret, the API key.</param>
/// <param name="AnswersWithSecret">Whether its response holds a secret: stored for replays, it is encrypted and never copied to
/// Redis.</param>
internal sealed record IdempotentRequest(Caller Caller, byte[] Hash, byte[] Fingerprint, bool AnswersWithSecret)
{
    /// <summary>
    /// The advisory lock that only one request at a time holds. Two requests that share 64 bits of SHA-256 by chance merely wait for each
    /// other.
    /// </summary>
    public long LockId => BinaryPrimitives.ReadInt64LittleEndian(Hash);

    /// <param name="operation">The action and its subject: the same key means another request for each operation.</param>
    /// <param name="body">The body as it was sent.</param>
    /// <param name="query">The query string, which only HTTP has.</param>
    /// <param name="answersWithSecret">Whether the response holds a secret. Then the API key that asked must be the same too: a secret is
    /// replayed only to the key that it was shown to, since another key of the organization may be allowed less.</param>
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
