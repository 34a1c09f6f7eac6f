using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Sends requests below <c>/api/v1</c> as an integrator would, and reads answers whole.</summary>
/// <param name="documented">What every answer must fit.</param>
internal sealed class ApiClient(HttpClient http, Func<Task<DocumentedApi>>? documented = null)
{
    public HttpClient Http { get; } = http;

    public Task<ApiResponse> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <param name="body">Serialized unless it is a string or bytes, which are sent as they are.</param>
    public Task<ApiResponse> PostAsync(string path, object? body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, headers);

    public Task<ApiResponse> PostAsync(string path, object? body, string idempotencyKey) => PostAsync(path, body, ("Idempotency-Key", idempotencyKey));

    public Task<ApiResponse> PatchAsync(string path, object body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Patch, path, body, headers);

    public Task<ApiResponse> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, null, headers);

    public async Task<ApiResponse> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, IsBelowApi(path) ? $"/api/v1{path}" : path);
        var bytes = body switch
        {
            null => null,
            byte[] raw => raw,
            string text => Encoding.UTF8.GetBytes(text),
            _ => JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web),
        };
        if (bytes is not null)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("Content-", StringComparison.Ordinal))
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = new ApiResponse(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (documented is not null)
        {
            (await documented()).Check(method, request.RequestUri!.AbsolutePath, answer);
        }

        return answer;
    }

    // Nearly every path is, so tests leave the beginning out.
    private static bool IsBelowApi(string path) =>
        path is not "/api" and not "/metrics"
        && !path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWith("/health/", StringComparison.Ordinal)
        && !path.StartsWith("/hooks/", StringComparison.Ordinal)
        && !path.Contains("/console/", StringComparison.Ordinal);
}

/// <summary>An answer, read whole.</summary>
internal sealed record ApiResponse(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The <c>data</c> of a success.</summary>
    public JsonElement Data => Json.GetProperty("data");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public ApiResponse ShouldBe(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {(int)status}, got {(int)Status}: {Text}");
        return this;
    }

    /// <summary>The <c>data</c> of a success that is one resource with exactly these fields, in this order.</summary>
    public JsonElement ShouldHave(params string[] fields)
    {
        Assert.Equal(fields, Data.EnumerateObject().Select(property => property.Name));
        return Data;
    }

    /// <summary>The envelope and nothing else, with this code and, in this order, these fields in its details.</summary>
    public ApiResponse ShouldBeError(int status, string code, params string[] fields)
    {
        ShouldBe((HttpStatusCode)status);
        var body = Assert.Single(Json.EnumerateObject());
        Assert.Equal("error", body.Name);
        Assert.Equal(code, body.Value.GetProperty("code").GetString());
        Assert.NotEmpty(body.Value.GetProperty("message").GetString()!);
        var details = body.Value.TryGetProperty("details", out var array) ? array.EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!).ToArray() : [];
        Assert.Equal(fields, details);
        Assert.StartsWith("req_", Header("X-Request-Id"), StringComparison.Ordinal);
        return this;
    }
}
