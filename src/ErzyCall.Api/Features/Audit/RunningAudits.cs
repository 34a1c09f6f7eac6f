using System.Collections.Concurrent;

namespace ErzyCall.Api.Features.Audit;

/// <summary>
/// The audits that requests have asked this copy of the server for. A request for an audit that is running already gets its report: however
/// many monitors ask, and however often, the same question costs the database once at a time.
/// </summary>
internal sealed partial class RunningAudits(Auditor auditor, ILogger<RunningAudits> logger)
{
    /// <summary>
    /// The limits of an audit that a request asks for: a monitor asks again and again, and neither it nor a proxy waits for longer than
    /// half a minute.
    /// </summary>
    private static readonly AuditBounds s_bounds = new(
        LooksBack: TimeSpan.FromDays(1), EachLaw: TimeSpan.FromSeconds(5), AllLaws: TimeSpan.FromSeconds(20));

    private readonly ConcurrentDictionary<(Id<Owner> Organization, DateTimeOffset? Since), Lazy<Task<AuditReport>>> _running = [];

    public async Task<AuditReport> RunAsync(Id<Owner> organization, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var key = (organization, since);
        var audit = _running.GetOrAdd(key, _ => new Lazy<Task<AuditReport>>(() => RunAsync(key)));
        return await audit.Value.WaitAsync(cancellationToken);
    }

    /// <summary>Runs an audit to its end, also when the request that asked for it is gone: another may be waiting.</summary>
    private async Task<AuditReport> RunAsync((Id<Owner> Organization, DateTimeOffset? Since) key)
    {
        try
        {
            var report = await auditor.RunAsync(key.Organization, key.Since, s_bounds, CancellationToken.None);
            foreach (var law in report.Laws.Where(law => law.Status == AuditStatus.Violated))
            {
                Log.Violated(logger, key.Organization.ToString(), law.Name, law.Offenders);
            }

            return report;
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "In {Organization} the law {Law} is violated by {Offenders}")]
        public static partial void Violated(ILogger logger, string organization, string law, IReadOnlyList<string> offenders);
    }
}
