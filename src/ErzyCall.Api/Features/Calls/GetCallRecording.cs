using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Polly;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// The recording of a call, as its carrier has it: all of it, or the part that the header <c>Range</c> asks for. Where there is none, the
/// answer is 404; when the carrier does not give it, 503.
/// </summary>
internal static class GetCallRecording
{
    public static async Task<RecordingResult> HandleAsync(
        Id<Call> callId, Caller caller, ErzyCallDbContext db, IEnumerable<IHasRecordings> carriers, CancellationToken cancellationToken)
    {
        var call = await db.Calls.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == callId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("call"));
        if (call is not { RecordingUrl: not null, CarrierCallId: not null }
            || carriers.FirstOrDefault(carrier => carrier.Name == call.Carrier) is not { } carrier)
        {
            throw new ApiException(ApiError.NotFound("recording"));
        }

        var lines = await CarrierLines.LoadAsync(db, [call], cancellationToken);
        return new RecordingResult(carrier, lines.About(call));
    }
}

/// <summary>
/// Passes a recording on while it comes. The carrier is asked when the answer is written: nothing is held open in the database meanwhile.
/// </summary>
internal sealed partial class RecordingResult(IHasRecordings carrier, CarrierQuestion question) : IResult, IEndpointMetadataProvider
{
    private const string FallbackType = "audio/wav";

    public async Task ExecuteAsync(HttpContext context)
    {
        using var source = await OpenAsync(context);
        var response = context.Response;
        response.StatusCode = (int)source.StatusCode;
        var type = source.Content.Headers.ContentType?.MediaType;
        response.ContentType = type?.StartsWith("audio/", StringComparison.Ordinal) is true ? type : FallbackType;
        response.ContentLength = source.Content.Headers.ContentLength;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentRange = source.Content.Headers.ContentRange?.ToString();
        response.Headers.CacheControl = "private, no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await source.Content.CopyToAsync(response.Body, context.RequestAborted);
        }
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), [FallbackType]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status206PartialContent, typeof(Stream), [FallbackType]));
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpContext context)
    {
        var range = RangeHeaderValue.TryParse(context.Request.Headers.Range, out var wanted) ? wanted : null;
        HttpResponseMessage source;
        try
        {
            source = await carrier.OpenRecordingAsync(question, range, context.RequestAborted);
        }
        catch (Exception failure) when (failure is HttpRequestException or ExecutionRejectedException or InvalidOperationException)
        {
            throw Unavailable(context, failure.Message);
        }

        if (source.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return source;
        }

        using (source)
        {
            throw source.StatusCode is HttpStatusCode.NotFound
                ? new ApiException(ApiError.NotFound("recording"))
                : Unavailable(context, $"It answered {(int)source.StatusCode}.");
        }
    }

    private ApiException Unavailable(HttpContext context, string reason)
    {
        var logger = context.RequestServices.GetRequiredService<ILogger<RecordingResult>>();
        Log.Unavailable(logger, carrier.Name, question.Call.ToString(), reason);
        return new ApiException(ApiError.ServiceUnavailable);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Carrier} did not give the recording of {Call}: {Reason}")]
        public static partial void Unavailable(ILogger logger, string carrier, string call, string reason);
    }
}
