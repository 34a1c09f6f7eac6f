using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls.Dispatch.Callbacks;

/// <summary>
/// A callback that was taken, by which the same one is known when it comes again. Its text is not kept: it may hold what was said, and the
/// token by which the carrier is known.
/// </summary>
internal sealed class TakenCallback
{
    /// <summary>The time for which a callback is known: longer than any carrier repeats one.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromDays(7);

    public Id<Call> CallId { get; init; }

    /// <summary>The SHA-256 of the body.</summary>
    public byte[] Hash { get; init; } = [];

    public DateTimeOffset ReceivedAt { get; init; }
}

internal sealed class TakenCallbackConfiguration : IEntityTypeConfiguration<TakenCallback>
{
    public void Configure(EntityTypeBuilder<TakenCallback> builder)
    {
        builder.ToTable("carrier_callbacks");
        builder.HasKey(callback => new { callback.CallId, callback.Hash });
        builder.HasOne<Call>().WithMany().HasForeignKey(callback => callback.CallId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(callback => callback.ReceivedAt);
    }
}

internal static class TakenCallbackTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<TakenCallback> TakenCallbacks => db.Set<TakenCallback>();
    }

    /// <summary>Records, in the open transaction, that a callback is taken.</summary>
    /// <returns>Whether it comes for the first time.</returns>
    public static async Task<bool> TakeCallbackAsync(
        this ErzyCallDbContext db, Id<Call> call, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO carrier_callbacks (call_id, hash, received_at) VALUES ({call.Value}, {SHA256.HashData(body.Span)}, {now})
             ON CONFLICT DO NOTHING
             """,
            cancellationToken) == 1;
}
