using System.Collections;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Limits what one request may store, however short it is. Jobs and commands write as much as they have to.
/// </summary>
internal sealed class WriteLimit
{
    public const int Mebibytes = 16;

    /// <summary>
    /// The most that a request may store, in bytes of texts, JSON and binary values; what else a row has is small and of one size.
    /// </summary>
    private const long Most = Mebibytes * 1024L * 1024L;

    private long _written;

    /// <summary>Whether what is written is a request's.</summary>
    public bool IsInForce { get; private set; }

    /// <summary>Puts the limit in force for a request that begins.</summary>
    public void BeginRequest() => IsInForce = true;

    /// <summary>Counts from zero again, since what was written so far has been undone.</summary>
    public void BeginAgain() => _written = 0;

    /// <summary>Ends the limit, since another scope has the context from now on.</summary>
    public void End() => (IsInForce, _written) = (false, 0);

    /// <exception cref="ApiException"><c>PAYLOAD_TOO_LARGE</c>: the request has written more than it may.</exception>
    public void Count(long bytes)
    {
        _written += bytes;
        if (_written > Most)
        {
            throw new ApiException(ApiError.StoresTooMuch(Mebibytes));
        }
    }
}

/// <summary>
/// Counts what a context writes against its <see cref="WriteLimit"/>. Everything passes by here, rows that are saved as well as SQL of our
/// own, so that no route has to remember it. Rows are judged before the first of them is sent.
/// </summary>
internal sealed class CountedWrites : SaveChangesInterceptor, IDbCommandInterceptor
{
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = (ErzyCallDbContext)eventData.Context!;
        if (db.WriteLimit.IsInForce)
        {
            foreach (var entry in db.ChangeTracker.Entries())
            {
                db.WriteLimit.Count(BytesOf(entry));
            }
        }

        return base.SavingChangesAsync(eventData, result, cancellationToken);
    }

    public ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        CountOwn(command, eventData);
        return ValueTask.FromResult(result);
    }

    public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        CountOwn(command, eventData);
        return ValueTask.FromResult(result);
    }

    /// <summary>Counts the parameters of SQL of our own: they are what it writes, or a few names of what it reads.</summary>
    private static void CountOwn(DbCommand command, CommandEventData eventData)
    {
        if (eventData is { CommandSource: CommandSource.ExecuteSqlRaw or CommandSource.FromSqlQuery or CommandSource.ExecuteUpdate }
            && ((ErzyCallDbContext)eventData.Context!).WriteLimit is { IsInForce: true } limit)
        {
            limit.Count(command.Parameters.Cast<DbParameter>().Sum(parameter => BytesOf(parameter.Value)));
        }
    }

    private static long BytesOf(EntityEntry entry) => entry.State is EntityState.Added or EntityState.Modified
        ? entry.Properties
            .Where(property => entry.State is EntityState.Added || property.IsModified)
            .Sum(property => BytesOf(StoredAs(property.Metadata, property.CurrentValue)))
        : 0;

    private static object? StoredAs(IProperty property, object? value) =>
        property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;

    private static long BytesOf(object? value) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        byte[] bytes => bytes.Length,
        JsonElement json => Encoding.UTF8.GetByteCount(json.GetRawText()),
        IEnumerable values => values.Cast<object?>().Sum(BytesOf),
        _ => 0,
    };
}

/// <summary>Puts the <see cref="WriteLimit"/> in force for requests.</summary>
internal sealed class WriteLimitStep(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, ErzyCallDbContext db)
    {
        db.WriteLimit.BeginRequest();
        return next(context);
    }
}
