using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Audit;

/// <summary>
/// Checks the laws against the data of the caller's organization: 200 when all hold, else 503, with the same body. A monitor goes by the
/// status alone, and a law that could not be checked is no success.
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

/// <param name="Since">The time from which on to look; a day ago when left out.</param>
internal sealed record GetAuditQuery(DateTimeOffset? Since) : IQueryParameters<GetAuditQuery>
{
    public static GetAuditQuery Read(QueryReader query) => new(query.Read("since", Constraints.Time));
}
