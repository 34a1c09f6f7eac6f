using Microsoft.AspNetCore.Diagnostics;

namespace ErzyCall.Api.Platform.Http;

/// <summary>Answers every exception with its error.</summary>
internal sealed class ApiExceptionHandler(ErrorWriter errors, Failures failures) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        try
        {
            await errors.WriteAsync(httpContext, ErrorOf(exception, httpContext.Request));
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read it.
        }

        return true;
    }

    private ApiError ErrorOf(Exception exception, HttpRequest request) => exception switch
    {
        // Bodies and query strings are read by our own code, so the only thing that the framework still binds is an id in the path.
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => ApiError.InvalidId,
        BadHttpRequestException malformed => ApiError.ForStatus(malformed.StatusCode),
        _ => failures.ErrorOf(exception, isDeletion: HttpMethods.IsDelete(request.Method)),
    };
}
