using System.Reflection;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The facts that the code states about a route: its handler, its metadata, and the names in its path.</summary>
internal sealed class Route(ApiDescription description)
{
    private readonly IList<object> _metadata = description.ActionDescriptor.EndpointMetadata;

    /// <summary>The use case: the class that holds the handler.</summary>
    public Type UseCase => Handler.DeclaringType!;

    /// <summary>The scope that a key must hold; <c>null</c> when any key will do.</summary>
    public string? Scope => Only<RequiredScope>()!.Scope;

    public bool IsGet => HttpMethods.IsGet(description.HttpMethod!);

    public bool IsPost => HttpMethods.IsPost(description.HttpMethod!);

    /// <summary>Whether the route makes many resources at once, which have no single location.</summary>
    public bool IsBatch => Only<BodyLimit>() is { IsBatch: true };

    /// <summary>The body's type, or <c>null</c> when there is none.</summary>
    public Type? Body => Only<BodyIsRead>()?.Body;

    public QueryIsRead? Query => Only<QueryIsRead>();

    /// <summary>The statuses below 400, with the type of their body if they have one.</summary>
    public IReadOnlyList<IProducesResponseTypeMetadata> Answers =>
        [.. Produced.Where(answer => answer.StatusCode < StatusCodes.Status400BadRequest)];

    public bool TakesIfMatch => Produced.Any(answer => answer.StatusCode == StatusCodes.Status412PreconditionFailed);

    public bool TakesIfNoneMatch => Produced.Any(answer => answer.StatusCode == StatusCodes.Status304NotModified);

    /// <summary>The errors that the route names itself, beside those that follow from its kind.</summary>
    public IEnumerable<ApiError> Refusals =>
    [
        .. _metadata.OfType<Refusals>().SelectMany(refusals => refusals.Errors),
        .. IsBatch
            ? [ApiError.TooManyBatches(BatchPlaces.MaxAtOnce), ApiError.StoresTooMuch(WriteLimit.Mebibytes)]
            : Array.Empty<ApiError>(),
    ];

    /// <summary>The parameters in the path, in its order.</summary>
    public IEnumerable<(string Name, string Description, FieldLimits Limits)> Path =>
        description.ParameterDescriptions
            .Where(parameter => parameter.Source.Id == "Path")
            .Select(parameter => InPath(parameter.Name, TypeOf(parameter.Name)));

    private MethodInfo Handler => Only<MethodInfo>()!;

    private Type TypeOf(string parameter) => Handler.GetParameters().Single(own => own.Name == parameter).ParameterType;

    private IEnumerable<IProducesResponseTypeMetadata> Produced => _metadata.OfType<IProducesResponseTypeMetadata>();

    private T? Only<T>()
        where T : class => _metadata.OfType<T>().LastOrDefault();

    private static (string Name, string Description, FieldLimits Limits) InPath(string name, Type type)
    {
        if (IdTypes.PrefixOf(type) is { } prefix)
        {
            return (name, $"The id of the {Words.Of(name)}.", new FieldLimits { Pattern = TypeId.Syntax(prefix), IdPrefix = prefix });
        }

        return type.IsAssignableTo(typeof(IPathValue))
            ? (name, (string)Static(nameof(IPathValue.Description)), (FieldLimits)Static(nameof(IPathValue.Limits)))
            : throw new InvalidOperationException($"The parameter '{name}' in a path is neither an id nor an {nameof(IPathValue)}.");

        object Static(string property) => type.GetProperty(property)!.GetValue(null)!;
    }
}
