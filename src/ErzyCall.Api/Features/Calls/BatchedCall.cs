using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Calls;

/// <summary>An item of a batch of calls, and what becomes of it among the others.</summary>
/// <param name="Plan"><c>null</c> when the item could not be read.</param>
/// <param name="Refusal">What the item is answered instead of its call.</param>
internal sealed record BatchedCall(CallPlan? Plan, ApiError? Refusal)
{
    private static readonly TimeSpan s_apart = TimeSpan.FromHours(1);

    /// <inheritdoc cref="CallPlan.IsKept"/>
    public bool IsKept => Plan is not null && (Refusal is null || Refusal == DoNotCallErrors.OptedOut);

    /// <summary>
    /// Judges items in their order. One is refused for its own sake; or because an accepted one before it calls the same number at about
    /// the same time, and nobody's phone is to ring for several of them; or because no more calls may wait.
    /// </summary>
    /// <param name="items">As they were read: each with its plan, or its problem.</param>
    /// <param name="room">How many may begin to wait.</param>
    public static List<BatchedCall> Judge(IReadOnlyList<BatchedCall> items, int room, bool allowDuplicates)
    {
        var accepted = new Dictionary<string, List<DateTimeOffset>>();
        return [.. items.Select(item => item.Plan is { } plan ? item with { Refusal = JudgeOne(plan) } : item)];

        ApiError? JudgeOne(CallPlan plan)
        {
            // In the order in which refusals are answered: that the number is called already stands before that another one cannot call.
            if (plan.FirstRefusal is { Status: < StatusCodes.Status409Conflict } refusal)
            {
                return refusal;
            }

            var number = E164.CanonicalOf(plan.To);
            if (!accepted.TryGetValue(number, out var others))
            {
                accepted[number] = others = [];
            }

            if (!allowDuplicates && others.Exists(other => (plan.DialAt - other).Duration() < s_apart))
            {
                return CallErrors.CalledAlready;
            }

            if (plan.FirstRefusal is not null || room == 0)
            {
                return plan.FirstRefusal ?? CallErrors.TooManyWait;
            }

            room--;
            others.Add(plan.DialAt);
            return null;
        }
    }
}
