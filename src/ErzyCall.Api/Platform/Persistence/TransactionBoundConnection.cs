using System.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// A connection that a transaction is bound to: once it is broken, no further statement of the transaction runs. Entity Framework itself
/// would forget the transaction, open another connection and go on there, each statement committed by itself and no lock held any more. It
/// comes to that when the driver notices the break where it throws nothing, while it tidies up after a statement.
/// </summary>
#pragma warning disable EF1001 // No public API is asked before a connection is opened again; DatabaseAwayTests fail when this one is gone.
internal sealed class TransactionBoundConnection(
    RelationalConnectionDependencies dependencies, NpgsqlDataSourceManager dataSources, IDbContextOptions options)
    : NpgsqlRelationalConnection(dependencies, dataSources, options)
{
    /// <exception cref="NpgsqlException">The transaction is lost; an outage like any other.</exception>
    public override bool Open(bool errorsExpected = false)
    {
        RefuseAfterBreak();
        return base.Open(errorsExpected);
    }

    /// <exception cref="NpgsqlException">The transaction is lost; an outage like any other.</exception>
    public override Task<bool> OpenAsync(CancellationToken cancellationToken, bool errorsExpected = false)
    {
        RefuseAfterBreak();
        return base.OpenAsync(cancellationToken, errorsExpected);
    }

    private void RefuseAfterBreak()
    {
        if (CurrentTransaction is not null && DbConnection.State != ConnectionState.Open)
        {
            throw new NpgsqlException("The connection broke in the middle of the transaction");
        }
    }
}
#pragma warning restore EF1001
