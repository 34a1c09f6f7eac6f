using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>
/// Decides whether calls of one organization may be made: when they are asked for, when they are previewed, and when their time has come.
/// What stands for and against them is looked up with the same few statements for one call or a thousand.
/// </summary>
/// <param name="policy">The organization's calling policy; <c>null</c> when it has none.</param>
/// <param name="blocked">Numbers to be called that are on the do-not-call ledger.</param>
/// <param name="lines">
/// The lines by number: of the numbers to call from, those that can dial, or could if their account were in order.
/// </param>
/// <param name="dials">The times of the dials to each capped number, in its canonical form, the newest first.</param>
internal sealed class CallJudge(
    CallingPolicy? policy,
    IReadOnlySet<string> blocked,
    IReadOnlyDictionary<string, DialLine> lines,
    Dictionary<string, List<DateTimeOffset>> dials)
{
    /// <summary>
    /// Looks up, by a query that is compiled once, what stands for and against calls of an organization from and to some numbers. Calls may
    /// be made from an active number that can make any, and from a simulated one where the simulator serves.
    /// </summary>
    private static readonly Func<ErzyCallDbContext, Id<Owner>, string[], bool, string[], CancellationToken, Task<Standing>> s_load =
        EF.CompileAsyncQuery((
            ErzyCallDbContext db,
            Id<Owner> organization,
            string[] from,
            bool isSimulated,
            string[] canonicalTo,
            CancellationToken cancellationToken) =>
            db.Set<Organization>()
                .Where(row => row.Id == organization)
                .Select(row => new Standing(
                    db.Set<CallingPolicy>().FirstOrDefault(policy => policy.OrganizationId == row.Id),
                    db.Set<PhoneNumber>()
                        .Where(phone => phone.OrganizationId == row.Id
                            && from.Contains(phone.Number)
                            && phone.IsActive
                            && phone.Capabilities.Contains(PhoneCapability.Outbound)
                            && (isSimulated || phone.Provider != NumberLines.Simulator))
                        .LeftJoin(
                            db.Set<CarrierAccount>(),
                            phone => phone.CarrierAccountId,
                            account => (Id<CarrierAccount>?)account.Id,
                            (phone, account) => new AblePhone(
                                phone.Number,
                                phone.Provider,
                                phone.CarrierAccountId,
                                account!.Name,
                                account.Status,
                                account.StatusMessage,
                                account.CallsPerSecond))
                        .ToList(),
                    DoNotCallConfiguration.NumbersOnLedger((Guid)(object)row.Id, canonicalTo)))
                .AsNoTracking()
                .TagWith(PreparedStatements.Tag)
                .Single());

    /// <summary>The version of the policy that calls are judged by.</summary>
    public long PolicyVersion => policy?.Version ?? 0;

    /// <summary>The line that a call from a number is made on, as the number is now; <c>null</c> when it cannot dial.</summary>
    public DialLine? LineOf(string from) => lines.GetValueOrDefault(from);

    /// <summary>Judges a call by all that stands for and against it.</summary>
    /// <param name="earliest">The time at which the call is to be dialled.</param>
    public CallVerdict Judge(string to, string from, DateTimeOffset earliest, bool ignoresPolicy)
    {
        var reasons = new List<CallRefusal>();
        if (blocked.Contains(to))
        {
            reasons.Add(CallRefusal.OptedOut);
        }

        if (LineOf(from) is not { } line)
        {
            reasons.Add(CallRefusal.CannotDial);
        }
        else if (line.Account is { Status: not CarrierAccountStatus.Active } account)
        {
            reasons.Add(CallRefusal.CarrierUnavailable(account));
        }

        var byPolicy = ignoresPolicy ? new CallVerdict.Allowed() : JudgeByPolicy(to, earliest);
        reasons.AddRange(byPolicy is CallVerdict.Refused refused ? refused.Reasons : []);
        return reasons.Count > 0 ? new CallVerdict.Refused(reasons) : byPolicy;
    }

    /// <summary>Judges a call by the policy alone: what else stands against it is asked when its time has come.</summary>
    /// <inheritdoc cref="Judge"/>
    public CallVerdict JudgeByPolicy(string to, DateTimeOffset earliest) =>
        policy?.Judge(to, dials.GetValueOrDefault(E164.CanonicalOf(to)) ?? [], earliest) ?? new CallVerdict.Allowed();

    /// <summary>Counts a dial that is being made, for the calls that are judged after it.</summary>
    public void Dialled(string to, DateTimeOffset at)
    {
        if (dials.TryGetValue(E164.CanonicalOf(to), out var before))
        {
            before.Insert(0, at);
        }
    }

    /// <param name="to">Numbers to be called.</param>
    /// <param name="from">Numbers to call from.</param>
    public static async Task<CallJudge> LoadAsync(
        ErzyCallDbContext db,
        Carriers carriers,
        Id<Owner> organization,
        OrganizationMode mode,
        IReadOnlyCollection<string> to,
        IReadOnlyCollection<string> from,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var asked = to.ToLookup(E164.CanonicalOf);
        var own = await s_load(
            db, organization, [.. from], carriers.Simulates(mode), [.. asked.Select(forms => forms.Key)], cancellationToken);
        return new CallJudge(
            own.Policy,
            own.Blocked.SelectMany(number => asked[number]).ToHashSet(),
            own.Able.ToDictionary(phone => phone.Number, phone => LineOf(phone, mode)),
            await DialsAsync(db, own.Policy, to, now, cancellationToken));
    }

    private static DialLine LineOf(AblePhone phone, OrganizationMode mode) => new(
        Carriers.NameFor(mode, phone.Provider),
        phone.AccountId is { } id
            ? new AccountState(
                id, phone.Provider, phone.AccountName!, phone.AccountStatus!, phone.AccountMessage, phone.CallsPerSecond)
            : null);

    /// <summary>Loads a judge that is asked for nothing but <see cref="JudgeByPolicy"/>.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public static async Task<CallJudge> LoadPolicyAsync(
        ErzyCallDbContext db,
        Id<Owner> organization,
        IReadOnlyCollection<string> to,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var policy = await db.CallingPolicies.AsNoTracking()
            .SingleOrDefaultAsync(row => row.OrganizationId == organization, cancellationToken);
        return new CallJudge(
            policy, new HashSet<string>(), new Dictionary<string, DialLine>(), await DialsAsync(db, policy, to, now, cancellationToken));
    }

    /// <summary>The newest dials of each number, as many as may count; empty when there is no cap.</summary>
    private static async Task<Dictionary<string, List<DateTimeOffset>>> DialsAsync(
        ErzyCallDbContext db,
        CallingPolicy? policy,
        IReadOnlyCollection<string> to,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (policy?.MaxPerNumber is not { } cap)
        {
            return [];
        }

        var numbers = to.Select(E164.CanonicalOf).Distinct().ToList();
        var since = now.AddHours(-cap.Hours);
        var dials = await db.Database
            .SqlQuery<Dial>(
                $"""
                 -- prepared
                 SELECT number, dial.started_at AS at FROM unnest({numbers}) AS number
                 CROSS JOIN LATERAL (
                   SELECT started_at FROM calls
                   WHERE organization_id = {policy.OrganizationId.Value} AND canonical_to = number AND started_at > {since}
                   ORDER BY started_at DESC LIMIT {cap.Count}) AS dial
                 """)
            .ToListAsync(cancellationToken);
        var byNumber = dials.ToLookup(dial => dial.Number, dial => dial.At);
        return numbers.ToDictionary(number => number, number => byNumber[number].OrderDescending().ToList());
    }

    /// <param name="Able">Of the numbers to call from, those that can dial.</param>
    /// <param name="Blocked">Of the numbers to be called, in their canonical form, those on the do-not-call ledger.</param>
    private sealed record Standing(CallingPolicy? Policy, List<AblePhone> Able, string[] Blocked);

    private sealed record AblePhone(
        string Number,
        string Provider,
        Id<CarrierAccount>? AccountId,
        string? AccountName,
        string? AccountStatus,
        string? AccountMessage,
        decimal? CallsPerSecond);

    private sealed record Dial(string Number, DateTimeOffset At);
}

/// <summary>The line that calls from a number are made on.</summary>
/// <param name="Carrier">The name of the carrier.</param>
/// <param name="Account">The account with it; <c>null</c> at the simulated carrier.</param>
internal sealed record DialLine(string Carrier, AccountState? Account)
{
    /// <summary>Whether calls wait for the line: its carrier refuses the account until the operator has put that right.</summary>
    public bool IsAwaited => Account?.Status == CarrierAccountStatus.Error;
}
