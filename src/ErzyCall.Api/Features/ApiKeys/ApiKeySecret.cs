using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Features.Organizations;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>The secret of a key: <c>ek_live_</c> or <c>ek_test_</c> and 32 random bytes in base 62, always 43 characters.</summary>
internal sealed record ApiKeySecret(string Text)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string LivePrefix = "ek_live_";
    private const string TestPrefix = "ek_test_";
    private const int RandomLength = 43;

    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);

    public static ApiKeySecret Generate(OrganizationMode mode)
    {
        var random = new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true);
        Span<char> text = stackalloc char[RandomLength];
        for (var i = RandomLength - 1; i >= 0; i--)
        {
            (random, var digit) = BigInteger.DivRem(random, Alphabet.Length);
            text[i] = Alphabet[(int)digit];
        }

        return new ApiKeySecret($"{(mode is OrganizationMode.Live ? LivePrefix : TestPrefix)}{text}");
    }

    /// <summary>Whether <paramref name="text"/> could be a secret at all; what cannot is refused without asking the database.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == LivePrefix.Length + RandomLength
        && (text.StartsWith(LivePrefix, StringComparison.Ordinal) || text.StartsWith(TestPrefix, StringComparison.Ordinal))
        && !text.AsSpan(LivePrefix.Length).ContainsAnyExcept(s_alphabet);

    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>Hides the secret, so that none reaches a log line by accident.</summary>
    public override string ToString() => "ek_…";
}
