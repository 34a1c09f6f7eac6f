namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The examples of fields by their names, wherever the fields are. A name has one example: a second one keeps the document from being made.
/// </summary>
internal sealed record FieldExamples(IReadOnlyDictionary<string, string> ByName);

internal static class FieldExamplesSetup
{
    /// <summary>Gives fields a better example than one that is made of their type.</summary>
    public static IServiceCollection AddExamples(this IServiceCollection services, Dictionary<string, string> byName) =>
        services.AddSingleton(new FieldExamples(byName));
}
