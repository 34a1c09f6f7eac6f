using System.Net.Http.Headers;

namespace ErzyCall.Client;

/// <summary>The recording of a call, which is read as it comes and has to be disposed of.</summary>
public sealed class CallRecording : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    private CallRecording(HttpResponseMessage response, Stream content) => (_response, Content) = (response, content);

    /// <summary>What was said, from its first byte, or from the first that was asked for.</summary>
    public Stream Content { get; }

    /// <summary>What it is, such as <c>audio/wav</c>.</summary>
    public MediaTypeHeaderValue? ContentType => _response.Content.Headers.ContentType;

    /// <summary>The bytes that come, when that is known.</summary>
    public long? Length => _response.Content.Headers.ContentLength;

    /// <summary>Which bytes of how many they are, when a part was asked for.</summary>
    public ContentRangeHeaderValue? Range => _response.Content.Headers.ContentRange;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
    }

    internal static async Task<CallRecording> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
}
