namespace ErzyCall.Api.Platform.Http;

internal static class ApiPath
{
    /// <summary>
    /// The path of the API: every request below it needs a key and gets the error envelope, whether its path exists or not.
    /// </summary>
    public const string Root = "/api";

    public const string V1 = "/api/v1";
}
