namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// The two lanes of an organization's queue: calls that were asked for alone, and those that came in batches. However long a batch is, a
/// call that was asked for alone soon has its turn, and so does the batch beside many of those.
/// </summary>
internal static class CallLanes
{
    /// <summary>With so many claims one is the batches'.</summary>
    private const int Round = 5;

    /// <summary>The next calls to be claimed, in their order. A lane in which nobody waits leaves its turns to the other.</summary>
    /// <param name="single">Those of the one lane, in its order.</param>
    /// <param name="batched">Those of the other, in its order.</param>
    /// <param name="claimed">How many have been claimed before them.</param>
    /// <param name="room">How many there may be at most.</param>
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
