namespace ErzyCall.Api.Platform.Metrics;

/// <summary>A number of rows in the database, for all copies of the server together: each copy that runs jobs measures the same.</summary>
/// <param name="Name">The name, in the form of OpenTelemetry: <c>erzycall.calls.processing</c>.</param>
/// <param name="Unit">The unit that is counted, in braces.</param>
/// <param name="CountAsync">Counts, by an index that holds little else: it is asked again and again.</param>
internal sealed record DatabaseGauge(
    string Name, string Unit, string Description, Func<ErzyCallDbContext, DateTimeOffset, CancellationToken, Task<long>> CountAsync);

internal static class DatabaseGauges
{
    public static IServiceCollection AddDatabaseGauge(
        this IServiceCollection services,
        string name,
        string unit,
        string description,
        Func<ErzyCallDbContext, DateTimeOffset, CancellationToken, Task<long>> countAsync) =>
        services.AddSingleton(new DatabaseGauge(name, unit, description, countAsync));
}
