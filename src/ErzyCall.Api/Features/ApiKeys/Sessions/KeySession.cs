using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.ApiKeys.Sessions;

/// <summary>
/// A browser in which somebody has shown an API key: until it is over, a cookie that no script can read stands for the key. It may do what
/// the key may, counts against the key's limits, and ends with the key.
/// </summary>
internal sealed class KeySession
{
    /// <summary>The time after which the key has to be shown again, however much the session was used: a day's work.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(8);

    /// <summary>The most sessions of a key: another one ends the oldest.</summary>
    public const int PerKey = 20;

    /// <summary>
    /// The header in which a page names the key that it is for. Another tab of the same browser may have begun a session for another key,
    /// perhaps of another organization: what a page asks for is never done there.
    /// </summary>
    public const string Header = "X-Session-Key";

    /// <summary>The SHA-256 of the cookie's value, which is as random as a key.</summary>
    public byte[] TokenHash { get; private init; } = [];

    public Id<ApiKey> KeyId { get; private init; }

    public ApiKey Key { get; private init; } = null!;

    public DateTimeOffset ExpiresAt { get; private init; }

    public static KeySession Begin(Id<ApiKey> key, SessionToken token, DateTimeOffset now) => new()
    {
        TokenHash = token.Hash(),
        KeyId = key,
        ExpiresAt = now + Lasts,
    };
}

internal sealed class KeySessionConfiguration : IEntityTypeConfiguration<KeySession>
{
    public void Configure(EntityTypeBuilder<KeySession> builder)
    {
        builder.ToTable("key_sessions");
        builder.HasKey(session => session.TokenHash);
        builder.HasOne(session => session.Key).WithMany().HasForeignKey(session => session.KeyId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(session => session.ExpiresAt);
    }
}

internal static class KeySessionTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<KeySession> KeySessions => db.Set<KeySession>();
    }

    /// <summary>Selects the session with this token, unless it is over.</summary>
    public static IQueryable<KeySession> OpenAt(this IQueryable<KeySession> sessions, DateTimeOffset now, byte[] tokenHash) =>
        sessions.Where(session => session.TokenHash == tokenHash && session.ExpiresAt > now);
}
