using System.Collections;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Limits what one request may store, however short it is. Everything that is written passes by here, rows that are saved as well as SQL of
/// our own, so that no route has to remember it. Rows are judged before the first of them is sent.
/// </summary>
internal sealed class WriteLimit : SaveChangesInterceptor, IDbCommandInterceptor
{
    public const int Mebibytes = 16;

    /// <summary>
    /// The most that a request may store, in bytes of texts, JSON and binary values; what else a row has is small and of one size.
    /// </summary>
    private const long Most = Mebibytes * 1024L * 1024L;

    private bool _isRequest;
    private long _written;

    /// <summary>Applies the limit to this scope from now on, as a request's. Jobs and commands write as much as they have to.</summary>
    public void BeginRequest() => _isRequest = true;

    /// <summary>Counts from zero again, since what was written so far has been undone.</summary>
    public void BeginAgain() => _written = 0;

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (_isRequest)
        {
            foreach (var entry in eventData.Context!.ChangeTracker.Entries())
            {
                Count(BytesOf(entry));
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
    private void CountOwn(DbCommand command, CommandEventData eventData)
    {
        if (_isRequest
            && eventData is { CommandSource: CommandSource.ExecuteSqlRaw or CommandSource.FromSqlQuery or CommandSource.ExecuteUpdate })
        {
            Count(command.Parameters.Cast<DbParameter>().Sum(parameter => BytesOf(parameter.Value)));
        }
    }

    private void Count(long bytes)
    {
        _written += bytes;
        if (_written > Most)
        {
            throw new ApiException(ApiError.StoresTooMuch(Mebibytes));
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

/// <summary>Tells <see cref="WriteLimit"/> that the scope is a request's.</summary>
internal sealed class WriteLimitStep(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, WriteLimit limit)
    {
        limit.BeginRequest();
        return next(context);
    }
}
