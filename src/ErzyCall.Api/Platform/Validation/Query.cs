using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>A record of query parameters that reads itself.</summary>
internal interface IQueryParameters<TSelf>
{
    static abstract TSelf Read(QueryReader query);
}

/// <summary>
/// The query string as a handler wants it: read strictly, all problems reported at once. The counterpart of <see cref="Body{T}"/>.
/// </summary>
internal sealed record Query<T>(T Value) : IEndpointParameterMetadataProvider
    where T : IQueryParameters<T>
{
    public static ValueTask<Query<T>> BindAsync(HttpContext context) => new(new Query<T>(QueryReader.Read(context, T.Read)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryIsRead(typeof(T), static () => QueryReader.ParametersOf<T>()));
}

/// <summary>Endpoint metadata: a parameter of the handler reads the query string. Every other route refuses any parameter.</summary>
/// <param name="Query">The record that the query string is read into.</param>
/// <param name="Parameters">Lists the parameters that the record reads.</param>
internal sealed record QueryIsRead(Type Query, Func<IReadOnlyList<QueryParameter>> Parameters)
{
    public static ValueTask<object?> RefuseUnread(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<QueryIsRead>() is null)
        {
            QueryReader.RefuseAny(context.HttpContext);
        }

        return next(context);
    }
}
