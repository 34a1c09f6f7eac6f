using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Platform.Replica;

/// <summary>The place in the primary's log behind what a key has written last.</summary>
internal sealed class KeyWrite
{
    public Id<Caller> KeyId { get; private init; }

    public NpgsqlLogSequenceNumber Place { get; private init; }
}

internal sealed class KeyWriteConfiguration : IEntityTypeConfiguration<KeyWrite>
{
    public void Configure(EntityTypeBuilder<KeyWrite> builder)
    {
        builder.ToTable("key_writes");
        builder.HasKey(write => write.KeyId);
        builder.Property(write => write.KeyId).ValueGeneratedNever();
    }
}

/// <summary>
/// Remembers what keys have written, so that a key finds it: its lists come from the primary until the replica has come to that place. It
/// is remembered in the primary, which every copy of the server asks, and committed before the answer to what was written: neither a crash
/// nor another copy's trouble makes anybody forget it.
/// </summary>
internal sealed class KeyWrites(NpgsqlDataSource primary, TimeProvider clock)
{
    /// <summary>Remembers the caller's writes, all that it has committed until now.</summary>
    public async Task RememberAsync(Caller caller)
    {
        try
        {
            await using var command = primary.CreateCommand(
                """
                INSERT INTO key_writes AS known (key_id, place) VALUES ($1, pg_current_wal_insert_lsn())
                ON CONFLICT (key_id) DO UPDATE SET place = greatest(known.place, excluded.place)
                """);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caller.KeyId.Value });
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // It cannot be remembered, so the answer waits until no replica is read any more that has not got it.
            await Task.Delay(2 * ReplicaWatch.Longest, clock);
        }
    }

    /// <summary>Whether a replica that has come to <paramref name="place"/> has all that the caller wrote.</summary>
    public async Task<bool> AreBeforeAsync(NpgsqlLogSequenceNumber place, Caller caller, CancellationToken cancellationToken)
    {
        await using var command = primary.CreateCommand("SELECT place FROM key_writes WHERE key_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caller.KeyId.Value });
        return await command.ExecuteScalarAsync(cancellationToken) is not NpgsqlLogSequenceNumber wrote || wrote <= place;
    }
}

/// <summary>Remembers what each request has written, as its answer starts: by then it is committed.</summary>
internal sealed class KeyWritesStep(RequestDelegate next, KeyWrites writes)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Caller.Find(context) is { } caller && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.OnStarting(() => writes.RememberAsync(caller));
        }

        return next(context);
    }
}
