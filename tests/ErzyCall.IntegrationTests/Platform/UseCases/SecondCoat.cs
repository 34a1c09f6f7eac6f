using System.Text;
using System.Text.Json;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Idempotency.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.UseCases;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ErzyCall.IntegrationTests.Platform.UseCases;

/// <summary>
/// A coat around use cases that is not HTTP, as an agent's tool would be one: it brings a caller and JSON, and gives back an outcome or an
/// error. Its operations are named as HTTP names them, so that a key means the same by both.
/// </summary>
internal sealed class SecondCoat(TestServer server, Caller caller)
{
    public Task<CoatAnswer> PlaceCallAsync(string json, string? key = null) =>
        RunAsync<CreateCallRequest>(CreateCall.HandleAsync, Scopes.CallsWrite, "calls", json, key);

    public Task<CoatAnswer> PlaceCallsAsync(string json, string? key = null) =>
        RunAsync<CreateCallsRequest>(CreateCalls.HandleAsync, Scopes.CallsWrite, "calls/batch", json, key, isBatch: true);

    public Task<CoatAnswer> CancelCallAsync(string id, string? key = null) =>
        RunAsync(Calling(CancelCall.HandleAsync, Id<Call>.Parse(id)), Scopes.CallsWrite, $"calls/{id}/cancel", json: "", key);

    public Task<CoatAnswer> MakeContactAsync(string json, string? key = null) =>
        RunAsync<CreateContactRequest>(CreateContact.HandleAsync, Scopes.ContactsWrite, "contacts", json, key);

    public Task<CoatAnswer> ReadContactAsync(string id) =>
        RunAsync(Calling(GetContact.HandleAsync, Id<Contact>.Parse(id)), Scopes.ContactsRead, $"contacts/{id}", json: "", key: null);

    public Task<CoatAnswer> DeleteContactAsync(string id)
    {
        var useCase = Calling(DeleteContact.HandleAsync, Id<Contact>.Parse(id), IfMatch.None);
        return RunAsync(useCase, Scopes.ContactsWrite, $"contacts/{id}", json: "", key: null);
    }

    public Task<CoatAnswer> BlockAsync(string json, string? key = null) =>
        RunAsync<BlockNumberRequest>(BlockNumber.HandleAsync, Scopes.ContactsWrite, "do-not-call", json, key);

    public Task<CoatAnswer> MakeEndpointAsync(string json, string? key = null) =>
        RunAsync<CreateWebhookEndpointRequest>(
            CreateWebhookEndpoint.HandleAsync, Scopes.WebhooksWrite, "webhooks", json, key, hasSecret: true);

    private Task<CoatAnswer> RunAsync<T>(
        Delegate handler, string scope, string path, string json, string? key, bool isBatch = false, bool hasSecret = false)
        where T : class => RunAsync(
            services =>
            {
                var request = services.GetRequiredService<RequestReader<T>>().Read(Encoding.UTF8.GetBytes(json));
                return Calling(handler, new Body<T>(request))(services);
            },
            scope,
            path,
            json,
            key,
            isBatch,
            hasSecret);

    /// <summary>Runs a use case in a scope of its own, as a request does.</summary>
    public async Task<CoatAnswer> RunAsync(
        Func<IServiceProvider, Task<IResult>> useCase,
        string scope,
        string path,
        string json,
        string? key,
        bool isBatch = false,
        bool hasSecret = false)
    {
        await using var services = server.Services.CreateAsyncScope();
        var of = services.ServiceProvider;
        var operation = KeyedHttpRequest.Operation("POST", $"/api/v1/{path}");
        var request = key is null
            ? null
            : IdempotentRequest.Of(caller, key, operation, Encoding.UTF8.GetBytes(json), answersWithSecret: hasSecret);
        try
        {
            return new CoatAnswer(
                await of.GetRequiredService<UseCaseRunner>().RunAsync(
                    caller, scope, request, isBatch, async () => OutcomeOf(await useCase(of), of), TestContext.Current.CancellationToken),
                Error: null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new CoatAnswer(Outcome: null, of.GetRequiredService<Failures>().ErrorOf(failure));
        }
    }

    /// <summary>Calls a handler with what it asks for: what the coat brings, else services.</summary>
    private Func<IServiceProvider, Task<IResult>> Calling(Delegate handler, params object[] brought) => async services =>
    {
        object[] known = [.. brought, caller, TestContext.Current.CancellationToken];
        var arguments = handler.Method.GetParameters()
            .Select(parameter => parameter.ParameterType)
            .Select(type => Array.Find(known, type.IsInstanceOfType) ?? services.GetRequiredService(type));
        var task = (Task)handler.Method.Invoke(handler.Target, [.. arguments])!;
        await task;
        return (IResult)task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task)!;
    };

    /// <summary>What the handler has answered, in the bytes that HTTP would send.</summary>
    private static Outcome OutcomeOf(IResult result, IServiceProvider services) => result switch
    {
        INestedHttpResult either => OutcomeOf(either.Result, services),
        StoredRefusal refusal => Answer(refusal.Error.Status, result, services.GetRequiredService<ErrorWriter>().Render(refusal.Error)),
        IValueHttpResult { Value: { } value } and IStatusCodeHttpResult { StatusCode: { } status } => Answer(
            status,
            result,
            JsonSerializer.SerializeToUtf8Bytes(value, services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)),
        IStatusCodeHttpResult { StatusCode: { } status } => new Outcome(status, ContentType: null, Location: null, [], IsKept: true),
        _ => throw new NotSupportedException($"{result} has no status."),
    };

    private static Outcome Answer(int status, IResult result, byte[] body) => new(
        status,
        "application/json; charset=utf-8",
        result.GetType().GetProperty(nameof(Created.Location))?.GetValue(result) as string,
        body,
        IsKept: true);
}

/// <summary>What came of a use case: an outcome, or the error that it was refused with.</summary>
internal sealed record CoatAnswer(Outcome? Outcome, ApiError? Error)
{
    public string Text => Encoding.UTF8.GetString(ShouldBe().Body);

    public JsonElement Data => JsonElement.Parse(Text).GetProperty("data");

    /// <param name="status">Of the outcome; <c>null</c>: any.</param>
    public Outcome ShouldBe(int? status = null)
    {
        Assert.True(Outcome is not null, $"Expected {status}, got {Error}");
        Assert.Equal(status ?? Outcome.Status, Outcome.Status);
        return Outcome;
    }

    /// <summary>A refusal with this code and, in this order, these fields in its details.</summary>
    public ApiError ShouldBeError(int status, string code, params string[] fields)
    {
        Assert.NotNull(Error);
        Assert.Equal((status, code), (Error.Status, Error.Code));
        Assert.Equal(fields, (Error.Details ?? []).Select(detail => detail.Field));
        return Error;
    }

    /// <summary>The same outcome, of an earlier request.</summary>
    public void ShouldReplay(CoatAnswer first)
    {
        Assert.False(first.ShouldBe().IsReplay);
        Assert.True(ShouldBe(first.ShouldBe().Status).IsReplay);
        Assert.Equal(first.Text, Text);
        Assert.Equal((first.Outcome!.Location, first.Outcome.ContentType), (Outcome!.Location, Outcome.ContentType));
    }
}
