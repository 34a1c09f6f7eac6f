using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

internal static class PersistenceSetup
{
    public static void AddPersistence(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IConfiguration>().GetConnectionString("Postgres")
                ?? throw new OperatorException("ConnectionStrings:Postgres is not set (as an environment variable: ConnectionStrings__Postgres).");
            return NpgsqlDataSource.Create(text);
        });
        services.AddDbContext<ErzyCallDbContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseSnakeCaseNamingConvention());

        services.AddHostedService<SchemaGuard>();

        // In the database, so that every node reads what any node has encrypted, and a backup of the one is a backup of the other.
        services.AddDataProtection().SetApplicationName("ErzyCall").PersistKeysToDbContext<ErzyCallDbContext>();
    }
}
