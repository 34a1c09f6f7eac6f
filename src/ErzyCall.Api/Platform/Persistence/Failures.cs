namespace ErzyCall.Api.Platform.Persistence;

/// <summary>Finds the error to answer for an exception of a use case. Only exceptions that nobody foresaw are logged as errors.</summary>
internal sealed partial class Failures(DatabaseState database, IServiceScopeFactory scopes, ILogger<Failures> logger)
{
    /// <param name="isDeletion">Whether the use case deletes something, which others may then refer to.</param>
    public ApiError ErrorOf(Exception exception, bool isDeletion = false)
    {
        if (exception is ApiException refusal)
        {
            return refusal.Error;
        }

        if (DatabaseFailure.ViolatedUniqueIndex(exception) is { } index)
        {
            return TakenField(index) is { } field
                ? ApiError.Duplicate(field)
                : ApiError.Conflict("A resource with the same unique value exists");
        }

        // Handlers look up what a body refers to; a reference that is violated all the same lost its row between that look and the commit.
        if (DatabaseFailure.IsReferenceViolation(exception))
        {
            return isDeletion ? ApiError.InUse : ApiError.NotFound("resource as the request refers to");
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

        if (exception is SlowReadException)
        {
            Log.SlowRead(logger, ReadSnapshot.Longest.TotalSeconds);
            return ApiError.ServiceUnavailable;
        }

        Log.Unexpected(logger, exception);
        return ApiError.Internal;
    }

    private FieldError? TakenField(string index)
    {
        using var scope = scopes.CreateScope();
        return UniqueField.Of(scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>().Model, index);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Unexpected failure")]
        public static partial void Unexpected(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "PostgreSQL has undone a request that may succeed when it is sent again")]
        public static partial void Undone(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "A read was not answered by PostgreSQL within {Seconds} s, and was cancelled there")]
        public static partial void SlowRead(ILogger logger, double seconds);
    }
}
