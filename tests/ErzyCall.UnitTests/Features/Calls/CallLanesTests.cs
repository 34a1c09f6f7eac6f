using ErzyCall.Api.Features.Calls.Dispatch;

namespace ErzyCall.UnitTests.Features.Calls;

public sealed class CallLanesTests
{
    [Theory]
    [InlineData(12, 12, 0, 12, "s s s s b s s s s b s s")]
    [InlineData(12, 12, 3, 7, "s b s s s s b")]
    [InlineData(12, 12, 4, 2, "b s")]

    // A lane in which nobody waits leaves its turns to the other.
    [InlineData(3, 12, 0, 8, "s s s b b b b b")]
    [InlineData(12, 1, 0, 12, "s s s s b s s s s s s s")]
    [InlineData(2, 0, 4, 5, "s s")]
    [InlineData(0, 2, 0, 5, "b b")]
    [InlineData(0, 0, 0, 5, "")]
    [InlineData(5, 5, 0, 0, "")]
    public void Every_fifth_claim_takes_from_the_batches(int alone, int batched, long claimed, int room, string expected)
    {
        var (ofSingle, ofBatched) = (Ids(alone), Ids(batched));

        var inTurn = CallLanes.InTurn(ofSingle, ofBatched, claimed, room);

        Assert.Equal(expected, string.Join(' ', inTurn.Select(id => ofSingle.Contains(id) ? "s" : "b")));
        Assert.Equal(ofSingle.Take(inTurn.Count(ofSingle.Contains)), inTurn.Where(ofSingle.Contains));
        Assert.Equal(ofBatched.Take(inTurn.Count(ofBatched.Contains)), inTurn.Where(ofBatched.Contains));
    }

    private static List<Guid> Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
}
