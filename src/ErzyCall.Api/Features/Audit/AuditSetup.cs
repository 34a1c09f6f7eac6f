namespace ErzyCall.Api.Features.Audit;

internal static class AuditSetup
{
    public static void AddAudit(this IServiceCollection services) => services.AddSingleton<Auditor>().AddSingleton<RunningAudits>();
}
