using System.Security.Cryptography;
using System.Text;

namespace ErzyCall.Api.Platform.Secrets;

internal static class SecretText
{
    /// <summary>
    /// Whether two texts are equal. They are hashed, so that the comparison takes the same time whatever they are and however long.
    /// </summary>
    public static bool AreEqual(string given, string secret) => CryptographicOperations.FixedTimeEquals(Hash(given), Hash(secret));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
