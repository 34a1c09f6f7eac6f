using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Http;

/// <summary>The <c>If-Match</c> of a PATCH or DELETE: the client acts only on the representation that it has read.</summary>
internal sealed class IfMatch(IList<EntityTagHeaderValue>? tags, JsonSerializerOptions json) : IEndpointParameterMetadataProvider
{
    /// <summary>The header that is not there: its client acts on the resource whatever it has become.</summary>
    public static IfMatch None { get; } = new(tags: null, JsonSerializerOptions.Default);

    public static ValueTask<IfMatch> BindAsync(HttpContext context) => ValueTask.FromResult(new IfMatch(
        context.Request.Headers.IfMatch.Count > 0 ? context.Request.GetTypedHeaders().IfMatch : null,
        context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status412PreconditionFailed));

    /// <param name="current">The resource as its GET would answer it now. The caller holds the row's lock, so it stays so until the change
    /// is made.</param>
    /// <exception cref="ApiException"><c>PRECONDITION_FAILED</c>.</exception>
    public void Check<T>(T current)
    {
        if (tags is null)
        {
            return;
        }

        // If-Match compares strongly (RFC 9110, 13.1.1), and all our tags are strong: one that comes back weak was made so by a proxy that
        // compressed the answer, and names the same representation nevertheless. What cannot be read matches nothing.
        var tag = ResourceTag.Of(current, json);
        if (!tags.Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(tag, useStrongComparison: false)))
        {
            throw new ApiException(ApiError.PreconditionFailed);
        }
    }

    /// <inheritdoc cref="Check{T}(T)"/>
    /// <param name="readCurrentAsync">Reads the resource as its GET would answer it now. It is called only for a request that has the
    /// header: for a resource that shows what other rows hold.</param>
    public async Task CheckAsync<T>(Func<Task<T>> readCurrentAsync)
    {
        if (tags is not null)
        {
            Check(await readCurrentAsync());
        }
    }
}
