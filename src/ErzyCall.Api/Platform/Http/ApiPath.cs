namespace ErzyCall.Api.Platform.Http;

internal static class ApiPath
{
    /// <summary>Everything below is behind a key and answers with the error envelope, whether it exists or not.</summary>
    public const string Root = "/api";

    public const string V1 = "/api/v1";
}
