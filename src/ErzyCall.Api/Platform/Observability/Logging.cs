using System.Globalization;
using System.Text.RegularExpressions;
using Serilog;
using Serilog.Context;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace ErzyCall.Api.Platform.Observability;

internal static partial class Logging
{
    // Values are written as JSON (j) and not as they are (l): a path with a line break or a terminal's escape sequence in it stays one
    // line, in quotes.
    private const string DevelopmentTemplate =
        "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:j} {RequestId} {OrganizationId} {KeyId}{NewLine}{Exception}";

    /// <summary>
    /// Logs a line for each event on standard output: JSON for machines, plain text in Development. Levels come from the section
    /// <c>Serilog</c>.
    /// </summary>
    public static void AddLogging(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment) =>
        services.AddSerilog(logging =>
        {
            logging
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)

                // A failure is logged where it is handled, or printed by whoever started the process; a second report would only hide the
                // first.
                .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal)
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)

                // An outage is logged once by whoever finds it, not again by every look at the readiness.
                .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)

                // Keys are as safe as the database that they lie in, and so is what they encrypt: the operator's guide says so, not every
                // start.
                .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)

                // Its scope has a RequestId of its own, which would hide ours.
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

            logging.ExportTo(configuration);
        });

    /// <summary>
    /// Logs a line for each request, with its final status. Of the address there is the path only, without a phone number that is part of
    /// it: query strings hold phone numbers too.
    /// </summary>
    public static void UseRequestLog(this IApplicationBuilder app)
    {
        app.Use(static async (context, next) =>
        {
            using (LogContext.Push(new CallerEnricher(context)))
            {
                await next(context);
            }
        });
        app.UseSerilogRequestLogging(options =>
        {
            options.GetMessageTemplateProperties = static (context, path, elapsed, status) =>
            [
                new LogEventProperty("RequestMethod", new ScalarValue(context.Request.Method)),
                new LogEventProperty("RequestPath", new ScalarValue(WithoutNumbers(path))),
                new LogEventProperty("StatusCode", new ScalarValue(status)),
                new LogEventProperty("Elapsed", new ScalarValue(elapsed)),
            ];
            options.GetLevel = (context, _, failure) =>
                failure is not null || context.Response.StatusCode == StatusCodes.Status500InternalServerError ? LogEventLevel.Error
                : context.Request.Path.StartsWithSegments("/health") || context.Request.Path == MetricsSetup.Path ? LogEventLevel.Debug

                // An outage is logged once by whoever finds it out. A server that stops answers 503 to every look at its readiness, as it
                // should.
                : context.Response.StatusCode > StatusCodes.Status500InternalServerError ? LogEventLevel.Warning
                : LogEventLevel.Information;
        });
    }

    /// <summary>A path without the phone number that may be part of it.</summary>
    public static string WithoutNumbers(string? path) => NumberInPath().Replace(path ?? "", "…");

    /// <summary>
    /// Adds to every line of a request, as soon as they are known, the ids of its organization and its key: they tell nothing to anybody
    /// who may not look them up.
    /// </summary>
    private sealed class CallerEnricher(HttpContext context) : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            if (Caller.Find(context) is { } caller)
            {
                logEvent.AddPropertyIfAbsent(new LogEventProperty("OrganizationId", new ScalarValue(caller.OrganizationId.ToString())));
                logEvent.AddPropertyIfAbsent(new LogEventProperty("KeyId", new ScalarValue(caller.KeyId.ToString())));
            }
        }
    }

    // A number that is a whole segment of the path; ids have letters.
    [GeneratedRegex(@"(?<=/)\+?[0-9]{2,}(?=/|\z)")]
    private static partial Regex NumberInPath();
}
