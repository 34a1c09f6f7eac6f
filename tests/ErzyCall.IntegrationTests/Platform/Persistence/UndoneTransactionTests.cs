using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>A transaction that was undone leaves nothing behind that a later one would save.</summary>
public sealed class UndoneTransactionTests(TestRun run)
{
    [Fact]
    public async Task What_it_has_changed_is_saved_by_nobody_later()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = Id<Call>.Parse(await tenant.PlaceCallAsync());
        await run.Shared.InDatabaseAsync(async db =>
        {
            var now = tenant.Now;
            await Assert.ThrowsAsync<InvalidDataException>(() => db.MoveFreeCallsAsync(
                [id],
                now,
                (Func<Call, bool>)(call =>
                {
                    call.Fail(EndedReason.CarrierRejected, now);
                    throw new InvalidDataException("The next call cannot be moved.");
                }),
                CancellationToken.None));
            await db.MoveFreeCallsAsync([id], now, _ => true, CancellationToken.None);
            Assert.Equal(CallStatus.New, await db.Calls.AsNoTracking().Where(call => call.Id == id).Select(call => call.Status).SingleAsync());
            return 0;
        });
    }
}
