using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace ErzyCall.Api.Platform.Observability;

internal static class Logging
{
    private const string DevelopmentTemplate = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {RequestId}{NewLine}{Exception}";

    /// <summary>One line an event on standard output: JSON for machines, plain text in Development. Levels come from the section <c>Serilog</c>.</summary>
    public static void AddLogging(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment) =>
        services.AddSerilog(logging =>
        {
            logging
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)

                // What fails is logged where it is handled, or printed by whoever started the process; a second time it only hides the first.
                .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal)
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)

                // Keys are as safe as the database that they lie in, and so is what they encrypt: the operator's guide says so, not every start.
                .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)

                // Its scope has a RequestId of its own, which would stand in front of ours.
                .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
                .Enrich.FromLogContext()
                .ReadFrom.Configuration(configuration);
            if (environment.IsDevelopment())
            {
                logging.WriteTo.Console(outputTemplate: DevelopmentTemplate, formatProvider: CultureInfo.InvariantCulture);
            }
            else
            {
                logging.WriteTo.Console(new CompactJsonFormatter());
            }
        });

    /// <summary>One line a request, with its final status. The path only: query strings hold phone numbers.</summary>
    public static void UseRequestLog(this IApplicationBuilder app) =>
        app.UseSerilogRequestLogging(options =>
        {
            options.GetLevel = (context, _, failure) =>
                failure is not null || context.Response.StatusCode >= 500 ? LogEventLevel.Error
                : context.Request.Path.StartsWithSegments("/health") ? LogEventLevel.Debug
                : LogEventLevel.Information;
        });
}
