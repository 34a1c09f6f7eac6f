using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.AspNetCore.Diagnostics;

namespace ErzyCall.Api.Platform.Http;

/// <summary>Turns every exception into its error. Only what nobody foresaw is logged as an error, under the request's id.</summary>
internal sealed partial class ApiExceptionHandler(ErrorWriter errors, DatabaseState database, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        try
        {
            await errors.WriteAsync(httpContext, ErrorFor(exception, httpContext));
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read it.
        }

        return true;
    }

    private ApiError ErrorFor(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ApiException refusal:
                return refusal.Error;

            // Bodies and query strings are read by our own code, so the only thing that the framework still binds is an id in the path.
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest }:
                return ApiError.InvalidId;

            case BadHttpRequestException malformed:
                return ApiError.ForStatus(malformed.StatusCode);
        }

        if (DatabaseFailure.ViolatedUniqueIndex(exception) is { } index)
        {
            return UniqueField.Of(context.RequestServices.GetRequiredService<ErzyCallDbContext>().Model, index) is { } field
                ? ApiError.Duplicate(field)
                : ApiError.Conflict("A resource with the same unique value exists");
        }

        // Handlers look up what a body refers to; what is violated all the same went between that look and the commit.
        if (DatabaseFailure.IsReferenceViolation(exception))
        {
            return HttpMethods.IsDelete(context.Request.Method) ? ApiError.InUse : ApiError.NotFound("resource as the request refers to");
        }

        if (DatabaseFailure.IsOutage(exception))
        {
            database.Failed(exception);
            return ApiError.ServiceUnavailable;
        }

        if (DatabaseFailure.IsUnreachable(exception))
        {
            Log.Undone(logger, exception);
            return ApiError.ServiceUnavailable;
        }

        Log.Unexpected(logger, exception);
        return ApiError.Internal;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Unexpected failure")]
        public static partial void Unexpected(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "PostgreSQL has undone the request for others' sake, again and again")]
        public static partial void Undone(ILogger logger, Exception exception);
    }
}
