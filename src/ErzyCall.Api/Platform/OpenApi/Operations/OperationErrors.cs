using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Operations;

/// <summary>
/// Documents every error that an operation answers: those that follow from its kind (it has a key, a scope, ids, a body, a POST's
/// idempotency) and those that its route names. Operations with the same errors share a response.
/// </summary>
internal sealed class OperationErrors(SchemaBook schemas, IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    /// <summary>
    /// Which codes an operation answers, for tools. A schema for each operation would say it too, and take from clients that every error
    /// is of one type.
    /// </summary>
    private const string CodesExtension = "x-error-codes";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var route = new Route(context.Description);
        ApiError[] all = [.. ErrorsOf(route)];
        var codes = all.Select(error => error.Code).Distinct().Order(StringComparer.Ordinal);
        operation.AddExtension(CodesExtension, new JsonNodeExtension(new JsonArray([.. codes])));
        var components = context.Document!.Components ??= new OpenApiComponents();
        components.Responses ??= new SortedDictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
        foreach (var status in all.GroupBy(error => error.Status).OrderBy(status => status.Key))
        {
            // One example of each code and message; of two that are alike that of the route itself, which says more than what holds for
            // all.
            ApiError[] errors = [.. status.Reverse().DistinctBy(error => (error.Code, error.Message)).Reverse()];
            var name = string.Join("Or", errors.Select(NameOf).Distinct());
            if (status.Key is StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound || errors.Any(route.Refusals.Contains))
            {
                operation.Responses![$"{status.Key}"] = Response(status.Key, errors);
                continue;
            }

            components.Responses.TryAdd(name, Response(status.Key, errors));
            operation.Responses![$"{status.Key}"] = new OpenApiResponseReference(name);
        }

        return Task.CompletedTask;
    }

    private IEnumerable<ApiError> ErrorsOf(Route route)
    {
        yield return ApiError.Unauthorized;
        yield return ApiError.KeyRevoked;
        yield return ApiError.KeyExpired;
        yield return ApiError.RateLimited(12);
        yield return ApiError.Internal;
        yield return ApiError.ServiceUnavailable;
        if (route.Scope is not null)
        {
            yield return ApiError.InsufficientScope(route.Scope);
        }

        // Every route refuses query parameters that it does not know.
        yield return route.Body is null
            ? ApiError.InvalidQuery(new FieldError("colour", "Unknown query parameter"))
            : ApiError.InvalidBody(new FieldError("title", "Required"));

        FieldLimits[] inPath = [.. route.Path.Select(parameter => parameter.Limits)];
        var refersToIds = route.Body is not null && schemas.RefersToIds(route.Body);
        if (inPath.Length > 0 || refersToIds || route.Query?.Parameters().Any(parameter => parameter.Limits.IdPrefix is not null) is true)
        {
            yield return ApiError.InvalidId;
        }

        if (route.Path.Any() || refersToIds)
        {
            yield return ApiError.NotFound(route.Path.Any() ? Words.Of(route.Path.Last().Name) : "resource");
        }

        // A route that reads no body still looks whether there is one.
        if (!route.IsGet)
        {
            yield return ApiError.InvalidJson("Request body is not valid JSON");
            yield return ApiError.PayloadTooLarge;
            yield return ApiError.UnsupportedMediaType;
        }

        if (route.IsPost)
        {
            yield return ApiError.IdempotentRequestRunning;
            yield return ApiError.IdempotencyMismatch;
        }

        if (route.TakesIfMatch)
        {
            yield return ApiError.PreconditionFailed;
        }

        foreach (var error in route.Refusals)
        {
            yield return error;
        }
    }

    private OpenApiResponse Response(int status, IReadOnlyList<ApiError> errors) => new()
    {
        Description =
            $"{ReasonPhrases.GetReasonPhrase(status)}: {string.Join(", ", errors.Select(error => $"`{error.Code}`").Distinct())}.",
        Headers = ResponseHeaders.Of(
        [
            ResponseHeaders.RequestId,
            .. status == StatusCodes.Status401Unauthorized ? [] : ResponseHeaders.Limits,
            .. errors.Any(error => error.RetryAfterSeconds is not null) ? [ResponseHeaders.RetryAfter] : Array.Empty<string>(),
        ]),
        Content = new Dictionary<string, OpenApiMediaType> { [MediaTypeNames.Application.Json] = Media(errors) },
    };

    /// <summary>
    /// The envelope alone. That the same error is also had as problem details is said in words: generated clients would take every error
    /// for a union of both, of which no field can be read.
    /// </summary>
    private OpenApiMediaType Media(IReadOnlyList<ApiError> errors) => new()
    {
        Schema = schemas.OfResponse(typeof(ErrorEnvelope)),
        Examples = errors
            .GroupBy(error => error.Code)
            .SelectMany(code => code.Select((error, index) => (Name: index == 0 ? NameOf(error) : $"{NameOf(error)}{index + 1}", error)))
            .ToDictionary(
                example => example.Name,
                IOpenApiExample (example) => new OpenApiExample
                {
                    Value = JsonSerializer.SerializeToNode(ErrorEnvelope.Of(example.error), json.Value.SerializerOptions),
                }),
    };

    // INVALID_JSON becomes InvalidJson.
    private static string NameOf(ApiError error) =>
        string.Concat(error.Code.Split('_').Select(word => $"{word[0]}{word[1..].ToLowerInvariant()}"));
}
