using ErzyCall.Api.Features;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Console;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Me;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Features.Usage;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WhatsApp;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.Api.Migrations;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.Api.Platform.Redis;
using ErzyCall.Api.Platform.Replica;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Shutdown;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.UseCases;
using ErzyCall.Api.Platform.UseCases.Http;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.Api.Platform.Workers;
using FluentValidation;
using Microsoft.AspNetCore.Http.Json;

namespace ErzyCall.Api;

/// <summary>The only wiring of the server: what it is made of, and the steps that a request passes through.</summary>
internal static class ErzyCallApp
{
    /// <summary>The address that the server listens on unless a setting names another.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    private static readonly ApiSummary s_summary = new(
        "AI phone calls: place them, follow them, and never call twice.",
        Introduction.Markdown,
        new Dictionary<string, string> { ["WhatsApp"] = "WhatsApp", ["DoNotCall"] = "do-not-call", ["Api"] = "API" },
        "Calls and messages of a test organization are always simulated.");

    public static void AddErzyCall(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        builder.WebHost.ConfigureKestrel(KestrelLimits.Apply);
        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            _ = ListeningAddress.Parse(urls);
        }
        else
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        services.AddLogging(configuration, builder.Environment);
        services.AddDatabase();
        services.AddRedis();
        services.AddReplica();
        services.AddTrustedProxies(configuration);
        services.AddSingleton(new PublicAddress(configuration));
        services.AddHealth();
        services.AddServerMetrics(configuration);
        services.AddTelemetryExport(configuration);
        services.AddShutdown(configuration, builder.Environment);

        var api = configuration.GetSection(ApiOptions.Section).Get<ApiOptions>() ?? new ApiOptions();
        services.Configure<JsonOptions>(json => JsonSettings.Apply(json.SerializerOptions, api.UnknownFields));

        // By default it is true in Development only: everywhere else a bad id in a path would be an empty 400 that passes by the error
        // envelope.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSingleton<ErrorWriter>().AddExceptionHandler<ApiExceptionHandler>();

        // Fields are named as clients write them, in bodies and in errors alike.
        ValidatorOptions.Global.PropertyNameResolver = static (_, member, _) => FieldNames.Of(member);
        services.AddValidatorsFromAssemblyContaining<CreateCallValidator>(ServiceLifetime.Singleton, includeInternalTypes: true);

        services.AddSingleton(typeof(RequestReader<>)).AddSingleton(typeof(BatchReader<>));

        services.AddSingleton<LocalRateLimiter>().AddSingleton<RateLimiter>();
        services.AddSingleton<ReplayCache>().AddScoped<OncePerKey>().AddJob<PurgeStoredResponsesJob>();
        services.AddSingleton<Admission>().AddScoped<UseCaseRunner>();
        services.AddSingleton<Cursors>();
        services.AddWorkers(configuration);
        services.AddApiDocument(s_summary);
        services.AddErrorCodes(typeof(FeatureErrorCode));
        services.AddJob<PurgeSessionsJob>();
        services.AddOrganizations();
        services.AddPhoneNumbers();
        services.AddSimulator(configuration, builder.Environment);
        services.AddCalls(configuration);
        services.AddContacts();
        services.AddDoNotCall();
        services.AddContactGroups();
        services.AddCases();
        services.AddPrompts();
        services.AddAssistants();
        services.AddWhatsApp(configuration);
        services.AddUsage();
        services.AddEvents(configuration);
        services.AddWebhooks(configuration, builder.Environment);
        services.AddAudit();
        services.AddConsole();
    }

    /// <summary>Adds the database, which commands have as well, with its clock and the encryption of what is secret in it.</summary>
    public static void AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton(provider => new DatabaseClock(TimeProvider.System, provider.GetRequiredService<ILogger<DatabaseClock>>()));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseClock>());
        services.AddSingleton(BaselineHistory.Before).AddPersistence();
        services.AddSecrets();
    }

    /// <summary>
    /// Adds the steps of a request, in their order: a request that may not be answered is refused before anything is spent on it.
    /// </summary>
    public static void UseErzyCall(this WebApplication app)
    {
        app.AnswerUnreadableRequests();
        app.UseConnectionCloseWhenStopping();
        app.UseMiddleware<RequestMethod>();
        app.UseForwardedHeaders();
        app.UseMiddleware<PublicPrefix>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<RequestId>();
        app.UseRequestLog();
        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(static status =>
            status.HttpContext.RequestServices.GetRequiredService<ErrorWriter>()
                .WriteAsync(status.HttpContext, ApiError.ForStatus(status.HttpContext.Response.StatusCode)));
        app.UseMiddleware<HeadAsGet>();
        app.UseRouting();
        app.UseMiddleware<ApiKeyAuthentication>();
        app.UseMiddleware<KeyRequired>();
        app.UseMiddleware<AdmissionStep>();
        app.UseKeyWrites();
        app.UseMiddleware<UnknownPath>();
        app.UseMiddleware<PathIds>();
        app.UseMiddleware<QueryEncoding>();
        app.UseMiddleware<WriteLimitStep>();
        app.UseMiddleware<UseCaseStep>();
        app.UseMiddleware<PublicLocation>();

        var api = app.MapGroup(ApiPath.V1)
            .AddEndpointFilter(QueryIsRead.RefuseUnread)
            .AddEndpointFilter(BodyIsRead.RefuseUnreadAsync)
            .ReadFromReplica(app.Configuration)
            .AddEndpointFilter(ReadSnapshot.ReadAsync);
        api.MapMe();
        api.MapApiKeys();
        api.MapPhoneNumbers();
        api.MapCarrierAccounts();
        api.MapCalls();
        api.MapCallingPolicy();
        api.MapContacts();
        api.MapDoNotCall();
        api.MapContactGroups();
        api.MapMembers();
        api.MapCases();
        api.MapPrompts();
        api.MapAssistants();
        api.MapUsage();
        api.MapEvents();
        api.MapWebhooks();
        api.MapWhatsApp();
        app.MapWhatsAppCallbacks();
        app.MapCarrierCallbacks();
        app.MapConsole();
        app.MapHealth();
        app.MapAudit();
        app.MapMetrics();
        app.MapApiDocument();
        app.EnsureEveryRouteIsScoped();
    }
}
