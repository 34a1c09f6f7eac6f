namespace ErzyCall.Api.Features.Calls.Dispatch;

internal static class CarrierPatience
{
    /// <summary>Bounds how long a carrier is listened to, also one that goes on when it is told to stop.</summary>
    public static async Task<T> ListenAsync<T>(Func<CancellationToken, Task<T>> ask, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        return await ask(stop.Token).WaitAsync(stop.Token);
    }
}
