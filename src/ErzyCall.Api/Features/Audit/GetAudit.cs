using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Audit;

/// <summary>
/// Holds the laws against what the caller's organization has: 200 when all hold, else 503, with the same body. A monitor goes by the status
/// alone, and what could not be checked is no success.
/// </summary>
internal static class GetAudit
{
    public static async Task<JsonHttpResult<AuditReport>> HandleAsync(
        Query<GetAuditQuery> query, Caller caller, RunningAudits audits, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (query.Value.Since > clock.GetUtcNow())
        {
            throw new ApiException(ApiError.InvalidQuery(new FieldError("since", "Must not be in the future")));
        }

        var report = await audits.RunAsync(caller.OrganizationId, query.Value.Since, cancellationToken);
        var statusCode = report.Status == AuditStatus.Ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return TypedResults.Json(report, statusCode: statusCode);
    }
}

/// <param name="Since">How far back to look; left out: a day.</param>
internal sealed record GetAuditQuery(DateTimeOffset? Since) : IQueryParameters<GetAuditQuery>
{
    public static GetAuditQuery Read(QueryReader query) => new(query.Read("since", Constraints.Time));
}
