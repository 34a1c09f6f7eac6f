namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// The two lanes of an organization's queue: calls that were asked for alone, and those that came in batches. However long a batch is, a
/// call that was asked for alone soon has its turn; and however many of those there are, so has the batch.
/// </summary>
internal static class CallLanes
{
    /// <summary>The number of claims of which one is the batches'.</summary>
    private const int Round = 5;

    /// <summary>The next calls to be claimed, in their order. A lane in which nobody waits leaves its turns to the other.</summary>
    /// <param name="single">The waiting calls that were asked for alone, in the order of their lane.</param>
    /// <param name="batched">The waiting calls of batches, in the order of their lane.</param>
    /// <param name="claimed">The number of calls that have been claimed before them.</param>
    /// <param name="room">The most calls that may be claimed.</param>
    public static List<Guid> InTurn(IReadOnlyList<Guid> single, IReadOnlyList<Guid> batched, long claimed, int room)
    {
        var inTurn = new List<Guid>();
        var (ofSingle, ofBatched) = (0, 0);
        while (inTurn.Count < room && inTurn.Count < single.Count + batched.Count)
        {
            var isTurnOfBatches = (claimed + inTurn.Count + 1) % Round == 0;
            var takesBatched = ofBatched < batched.Count && (isTurnOfBatches || ofSingle == single.Count);
            inTurn.Add(takesBatched ? batched[ofBatched++] : single[ofSingle++]);
        }

        return inTurn;
    }
}
