using System.Diagnostics;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

internal static class DatabaseTracing
{
    /// <summary>
    /// Traces what is asked for a request or for something that followed from one. Jobs look into the database every second: that is in the
    /// metrics.
    /// </summary>
    public static NpgsqlDataSourceBuilder TraceWorkOnly(this NpgsqlDataSourceBuilder database) =>
        database.ConfigureTracing(static tracing => tracing
            .ConfigureCommandFilter(static _ => Activity.Current is not null)
            .ConfigureBatchFilter(static _ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false)
            .EnableFirstResponseEvent(false));
}
