using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Console;

/// <summary>
/// The console at <c>/</c>: pages for a person with an API key. They use the API as any other client does; only the session and the live
/// events are their own.
/// </summary>
internal static class ConsoleRoutes
{
    private const string Page = "index.html";

    public static void MapConsole(this WebApplication app)
    {
        var options = app.Configuration.GetSection(ConsoleOptions.Section).Get<ConsoleOptions>() ?? new ConsoleOptions();
        if (!options.Enabled)
        {
            app.MapGet("/", static () => TypedResults.Redirect(ReferencePage.Path)).ExcludeFromDescription();
            return;
        }

        var console = app.MapGroup("/console").ExcludeFromDescription();
        foreach (var file in ConsoleFile.All())
        {
            if (file.Path == Page)
            {
                app.MapGet("/", context => WritePageAsync(file, context)).ExcludeFromDescription();
            }
            else
            {
                console.MapGet($"/{file.Path}", (RequestDelegate)file.WriteAsync);
            }
        }

        console.MapSessions();

        // A stream is open for hours: among the times that requests take it would say nothing.
        console.MapGet("/events", StreamEvents.Handle).RequireAnyKey().DisableHttpMetrics();
    }

    /// <summary>
    /// Answers with the page. Below a path of its own (<c>Http:PublicUrl</c>) it has to be asked for with a slash at the end, or the
    /// browser would look for what it loads beside it.
    /// </summary>
    private static Task WritePageAsync(ConsoleFile page, HttpContext context)
    {
        if (context.Request.Path.HasValue)
        {
            return page.WriteAsync(context);
        }

        context.Response.Redirect("/");
        return Task.CompletedTask;
    }
}
