using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Calls;

/// <summary>An item of a batch of calls, and what becomes of it among the others.</summary>
/// <param name="Plan">The call as it would be placed; <c>null</c> when the item could not be read.</param>
/// <param name="Refusal">The error that the item is answered with; <c>null</c> when its call is placed.</param>
internal sealed record BatchedCall(CallPlan? Plan, ApiError? Refusal)
{
    private static readonly TimeSpan s_apart = TimeSpan.FromHours(1);

    /// <inheritdoc cref="CallPlan.IsKept"/>
    public bool IsKept => Plan is not null && (Refusal is null || Refusal == DoNotCallErrors.OptedOut);

    /// <summary>
    /// Judges items in their order. An item is refused for a reason of its own; because an accepted one before it calls the same number at
    /// about the same time, so that a phone would ring for several of them; or because no more calls may wait.
    /// </summary>
    /// <param name="items">The items as they were read, each with its plan or its problem.</param>
    /// <param name="room">The number of calls that may begin to wait.</param>
    public static List<BatchedCall> Judge(IReadOnlyList<BatchedCall> items, int room, bool allowDuplicates)
    {
        var accepted = new Dictionary<string, List<DateTimeOffset>>();
        return [.. items.Select(item => item.Plan is { } plan ? item with { Refusal = JudgeOne(plan) } : item)];

        ApiError? JudgeOne(CallPlan plan)
        {
            // Refusals are answered in this order: those with a status below 409, then that the batch calls the number already, then all
            // others.
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
