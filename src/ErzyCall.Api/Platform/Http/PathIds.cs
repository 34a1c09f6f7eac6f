using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Refuses a malformed id in the path. The framework would do so too, but only after the body has been read and refused, and a client is to
/// be told of the first mistake in its request.
/// </summary>
internal sealed class PathIds(RequestDelegate next)
{
    private static readonly MethodInfo s_parses = typeof(PathIds).GetMethod(nameof(Parses), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly ConcurrentDictionary<Type, Predicate<string?>> s_checks = [];

    public Task InvokeAsync(HttpContext context) =>
        (context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
            .All(parameter => IsWellFormed(parameter, context.Request.RouteValues))
            ? next(context)
            : throw new ApiException(ApiError.InvalidId);

    private static bool IsWellFormed(IParameterBindingMetadata parameter, RouteValueDictionary path) =>
        !IsId(parameter.ParameterInfo.ParameterType)
        || !path.TryGetValue(parameter.Name, out var text)
        || s_checks.GetOrAdd(
            parameter.ParameterInfo.ParameterType,
            static type => s_parses.MakeGenericMethod(type.GenericTypeArguments).CreateDelegate<Predicate<string?>>())((string?)text);

    private static bool Parses<T>(string? text)
        where T : IHasIdPrefix =>
        Id<T>.TryParse(text, out _);

    private static bool IsId(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>);
}
