using System.CommandLine;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Commands;

internal static class AuditCommand
{
    private const int LongestTimeout = 3_600;
    private const int UsualTimeout = 60;

    public static Command Create(CommandHost host)
    {
        var since = ErzyCallCommandLine.Parsed<DateTimeOffset>(
            "--since",
            "How far back to look; left out: as far as events are kept",
            text => TimeText.TryParse(text, out var time) ? time : null,
            "an ISO 8601 time with an offset");
        var timeout = ErzyCallCommandLine.Parsed<int>(
            "--timeout",
            $"Seconds for each law, after which it is not checked; left out: {UsualTimeout}",
            text => int.TryParse(text, out var seconds) && seconds is >= 1 and <= LongestTimeout ? seconds : null,
            $"a whole number from 1 to {LongestTimeout}");
        timeout.DefaultValueFactory = _ => UsualTimeout;
        var audit = new Command(
            "audit",
            "Check on the database that the product's promises are kept, reading only; exit code 1 if one is not, or could not be checked")
        {
            since, timeout,
        };
        audit.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                DateTimeOffset? from = line.GetResult(since) is null ? null : line.GetValue(since);
                if (from > services.GetRequiredService<TimeProvider>().GetUtcNow())
                {
                    throw new OperatorException("--since must not be in the future.");
                }

                var eachLaw = TimeSpan.FromSeconds(line.GetValue(timeout));
                await using var progress = Progress.Show("Checking the laws");
                var bounds = new AuditBounds(PurgeEventsJob.KeptFor, eachLaw, AllLaws: eachLaw * AuditLaws.All.Count);
                var report = await services.GetRequiredService<Auditor>().RunAsync(organization: null, from, bounds, cancellationToken);
                await progress.DisposeAsync();
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(report);
                }
                else
                {
                    foreach (var law in report.Laws)
                    {
                        Print(host, law);
                    }
                }

                ThrowUnlessOk(report);
            },
            cancellationToken));
        return audit;
    }

    private static void Print(CommandHost host, LawReport law)
    {
        host.Print($"{law.Status,-9}  {law.Name,-26}  {law.DurationMs,6} ms  {law.Promise}");
        if (law.Violations > 0)
        {
            var more = law.Violations > law.Offenders.Count ? ", …" : "";
            host.Print($"           {(law.AtLeast ? "at least " : "")}{law.Violations}: {string.Join(", ", law.Offenders)}{more}");
        }
    }

    /// <exception cref="OperatorException">A law does not hold, or could not be checked.</exception>
    private static void ThrowUnlessOk(AuditReport report)
    {
        if (report.Status != AuditStatus.Ok)
        {
            throw new OperatorException(
                $"Violated: {Named(report, AuditStatus.Violated)}. Not checked: {Named(report, AuditStatus.Unchecked)}. "
                + "What to do about each: docs/audit.md.");
        }
    }

    private static string Named(AuditReport report, string status)
    {
        var names = report.Laws.Where(law => law.Status == status).Select(law => law.Name).ToList();
        return names.Count == 0 ? "nothing" : string.Join(", ", names);
    }
}
