using System.Text.Json;
using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>A request as it arrived.</summary>
/// <param name="Target">The path with the query.</param>
internal sealed record VapiRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body, DateTimeOffset At)
{
    public string? BearerKey =>
        Headers.GetValueOrDefault("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : null;
}

/// <summary>A <c>POST /call</c> as it arrived, whatever was answered.</summary>
internal sealed class VapiOrder
{
    public VapiOrder(VapiRequest request)
    {
        Request = request;
        Name = Json.Text("name");
        Number = Json.At("customer").Text("number");
        PhoneNumberId = Json.Text("phoneNumberId");
    }

    /// <summary>The id that its call has, if it is accepted.</summary>
    public Guid Id { get; } = Guid.CreateVersion7();

    public VapiRequest Request { get; }

    public string Body => Request.Body;

    public IReadOnlyDictionary<string, string> Headers => Request.Headers;

    public DateTimeOffset At => Request.At;

    /// <summary>The body, read anew; <c>null</c> when it is no JSON object.</summary>
    public JsonObject? Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) as JsonObject;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>The reference of whoever ordered, which is all that the platform lets them give.</summary>
    public string? Name { get; }

    public string? Number { get; }

    public string? PhoneNumberId { get; }
}
