namespace ErzyCall.Api.Features.Assistants;

internal static class DefaultAssistant
{
    /// <summary>
    /// Makes room for <paramref name="assistant"/> as the organization's default: whoever was it is it no more. In a transaction.
    /// </summary>
    public static async Task TakeDefaultAsync(
        this ErzyCallDbContext db, OutboundAssistant assistant, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await db.LockSetAsync<OutboundAssistant>(caller, cancellationToken);
        await db.OutboundAssistants.OwnedBy(caller)
            .Where(row => row.IsDefault && row.Id != assistant.Id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.IsDefault, false).SetProperty(row => row.UpdatedAt, now),
                cancellationToken);
    }
}
