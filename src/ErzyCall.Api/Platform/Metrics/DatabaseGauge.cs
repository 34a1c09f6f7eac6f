namespace ErzyCall.Api.Platform.Metrics;

/// <summary>
/// How much of something stands in the database, for all copies of the server together: each of them that runs jobs measures the same.
/// </summary>
/// <param name="Name">As OpenTelemetry names it: <c>erzycall.calls.processing</c>.</param>
/// <param name="Unit">What is counted, in braces.</param>
/// <param name="CountAsync">By an index that holds little else: it is asked again and again.</param>
internal sealed record DatabaseGauge(string Name, string Unit, string Description, Func<ErzyCallDbContext, DateTimeOffset, CancellationToken, Task<long>> CountAsync);

internal static class DatabaseGauges
{
    public static IServiceCollection AddDatabaseGauge(
        this IServiceCollection services, string name, string unit, string description, Func<ErzyCallDbContext, DateTimeOffset, CancellationToken, Task<long>> countAsync) =>
        services.AddSingleton(new DatabaseGauge(name, unit, description, countAsync));
}
