using System.Text;
using System.Text.Json;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// The body of a delivery, to the byte as it is signed and sent. It is the same after JavaScript's <c>JSON.parse</c> and
/// <c>JSON.stringify</c>, so that a receiver whose framework has parsed the body can verify it all the same.
/// </summary>
internal static class WebhookBody
{
    /// <param name="type">The event's name: <c>call.ended</c>.</param>
    /// <param name="at">The time at which the event happened.</param>
    /// <param name="data">The event's data as JSON, frozen with <see cref="JsonSettings.Events"/> when it happened.</param>
    public static byte[] Of(string type, DateTimeOffset at, string data) =>
        Encoding.UTF8.GetBytes($$"""{"event":{{Json(type)}},"timestamp":{{Json(at)}},"data":{{data}}}""");

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonSettings.Events);
}
