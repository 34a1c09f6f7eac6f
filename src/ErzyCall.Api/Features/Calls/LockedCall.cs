using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls;

internal static class LockedCall
{
    /// <summary>The call, with its row locked until the transaction ends, so that the move decided on it is made on nothing else. <c>null</c> when there is none.</summary>
    public static Task<Call?> LockAsync(this DbSet<Call> calls, Id<Call> id, CancellationToken cancellationToken) =>
        calls.FromSql($"SELECT * FROM calls WHERE id = {id.Value} FOR UPDATE").SingleOrDefaultAsync(cancellationToken);
}
