using ErzyCall.Api.Features.Audit.Laws;

namespace ErzyCall.Api.Features.Audit;

/// <summary>The table of all laws.</summary>
internal static class AuditLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        .. CallLaws.All,
        .. DiallingLaws.All,
        .. OptOutLaws.All,
        .. PolicyLaws.All,
        .. NumberLaws.All,
        .. StoredResponseLaws.All,
        .. EventLaws.All,
        .. DeliveryLaws.All,
        .. MessageLaws.All,
        .. UsageLaws.All,
    ];
}
