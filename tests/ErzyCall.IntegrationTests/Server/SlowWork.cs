using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Work on a database that begins, is not stopped by anybody, and ends when the test lets it.</summary>
internal sealed class SlowWork
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task;

    public async Task DoAsync(ErzyCallDbContext db)
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
            _begun.SetResult();
            await _mayEnd.Task;
            await db.Calls.CountAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
            _ended.SetResult();
        }
#pragma warning disable CA1031 // Whatever it is, the test is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _ended.SetException(failure);
            throw;
        }
    }

    /// <summary>Lets it end, and throws if it could not go on to its end.</summary>
    public Task EndAsync()
    {
        _mayEnd.SetResult();
        return _ended.Task;
    }
}
