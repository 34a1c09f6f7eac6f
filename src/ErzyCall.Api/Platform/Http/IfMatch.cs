using System.Reflection;
using ErzyCall.Api.Platform.Errors;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Http;

/// <summary>The <c>If-Match</c> of a PATCH or DELETE: the client acts only on the representation that it has read.</summary>
internal sealed class IfMatch : IEndpointParameterMetadataProvider
{
    private readonly HttpContext _context;

    private IfMatch(HttpContext context) => _context = context;

    public static ValueTask<IfMatch> BindAsync(HttpContext context) => new(new IfMatch(context));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status412PreconditionFailed));

    private bool IsGiven => _context.Request.Headers.IfMatch.Count > 0;

    /// <param name="current">The resource as its GET would answer it now. The caller holds the row's lock, so it stays so until the change is made.</param>
    /// <exception cref="ApiException"><c>PRECONDITION_FAILED</c>.</exception>
    public void Check<T>(T current)
    {
        if (!IsGiven)
        {
            return;
        }

        // If-Match compares strongly (RFC 9110, 13.1.1), and all our tags are strong: one that comes back weak was made so by a proxy that
        // compressed the answer, and names the same representation nevertheless. What cannot be read matches nothing.
        var tag = ResourceTag.Of(current, _context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        if (!_context.Request.GetTypedHeaders().IfMatch
            .Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(tag, useStrongComparison: false)))
        {
            throw new ApiException(ApiError.PreconditionFailed);
        }
    }

    /// <inheritdoc cref="Check{T}(T)"/>
    /// <param name="readCurrentAsync">For a resource that shows what other rows hold: they are read only for a request that has the header.</param>
    public async Task CheckAsync<T>(Func<Task<T>> readCurrentAsync)
    {
        if (IsGiven)
        {
            Check(await readCurrentAsync());
        }
    }
}
