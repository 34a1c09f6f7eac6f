namespace ErzyCall.Api.Platform.Errors;

/// <summary>Ends a request with <see cref="Error"/>. Whatever its transaction has written is rolled back.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
