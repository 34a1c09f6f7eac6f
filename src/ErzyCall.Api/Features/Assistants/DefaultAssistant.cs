namespace ErzyCall.Api.Features.Assistants;

internal static class DefaultAssistant
{
    /// <summary>
    /// Takes the default from the assistant that has it, so that <paramref name="assistant"/> can be the organization's only default. Needs
    /// a transaction.
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
