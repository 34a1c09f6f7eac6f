using System.Globalization;
using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>What a tenant does with WhatsApp, and what the platform and customers do with it.</summary>
internal static class WhatsAppTenant
{
    /// <summary>A customer of whom the simulated messenger says nothing special.</summary>
    public const string Customer = "+14155550100";

    public const string AccessToken = "EAAG-the-access-token";
    public const string AppSecret = "the-app-secret";
    public const string VerifyToken = "the-verify-token";

    private static readonly JsonSerializerOptions s_asWritten = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly object Template = new { name = "hello_world", language = "en_US" };

    public static Task<WhatsAppAccount> ConnectAsync(this Tenant tenant, bool simulated = true, string? phoneNumberId = null)
    {
        var account = WhatsAppAccount.Create(tenant.Organization.Id, phoneNumberId ?? Guid.CreateVersion7().ToString("N"), tenant.Now);
        var encryption = tenant.Server.Services.GetRequiredService<Encryption>();
        var secrets = simulated ? null : AccountSecrets.Encrypt(AccessToken, AppSecret, VerifyToken, encryption);
        account.Connect("102290129340398", "+14155559999", "Acme Dental", secrets);
        return tenant.AddAsync(account);
    }

    /// <summary>Queues a template to a number.</summary>
    public static async Task<JsonElement> SendTemplateAsync(this Tenant tenant, WhatsAppAccount account, string to = Customer) =>
        (await tenant.Api.PostAsync("/whatsapp/messages", new { integrationId = account.Id.ToString(), to, type = "template", template = Template }))
        .ShouldBe(HttpStatusCode.Created).Data;

    /// <summary>Queues a text in a conversation whose window is open.</summary>
    public static async Task<JsonElement> SendTextAsync(this Tenant tenant, string conversation, string body = "Hello", object? fallbackTemplate = null) =>
        (await tenant.Api.PostAsync("/whatsapp/messages", new { conversationId = conversation, type = "text", text = new { body }, fallbackTemplate }))
        .ShouldBe(HttpStatusCode.Created).Data;

    /// <summary>Lets a customer write to an account; the conversation's id.</summary>
    public static async Task<string> HearAsync(
        this Tenant tenant, WhatsAppAccount account, string text = "Hello", string from = Customer, DateTimeOffset? wroteAt = null, string? metaId = null)
    {
        await tenant.Server.InScopeAsync<MetaReports>(reports => reports.ReceivedAsync(
            account,
            new CustomerMessage(metaId ?? $"wamid.{Guid.CreateVersion7():N}", from[1..], "Ada", text, wroteAt ?? tenant.Now),
            TestContext.Current.CancellationToken));
        return (await tenant.Server.InDatabaseAsync(db => db.Conversations.SingleAsync(row => row.AccountId == account.Id && row.WaUserPhone == from))).Id.ToString();
    }

    public static Task ReportAsync(this Tenant tenant, WhatsAppAccount account, StatusReport report) =>
        tenant.Server.InScopeAsync<MetaReports>(reports => reports.ReportedAsync(account, report, TestContext.Current.CancellationToken));

    public static async Task<JsonElement> GetConversationAsync(this Tenant tenant, string id) =>
        (await tenant.Api.GetAsync($"/whatsapp/conversations/{id}")).ShouldBe(HttpStatusCode.OK).Data;

    /// <summary>A message as the API shows it.</summary>
    public static async Task<JsonElement> GetMessageAsync(this Tenant tenant, JsonElement message)
    {
        var conversation = await tenant.GetConversationAsync(message.GetProperty("conversationId").GetString()!);
        return conversation.GetProperty("messages").EnumerateArray().Single(row => row.GetProperty("id").GetString() == message.Id());
    }

    /// <summary>A message's status, and the code of its error.</summary>
    public static async Task<(string Status, string? Error)> StateOfAsync(this Tenant tenant, JsonElement message)
    {
        var row = await tenant.GetMessageAsync(message);
        var error = row.GetProperty("error");
        return (row.GetProperty("status").GetString()!, error.ValueKind is JsonValueKind.Null ? null : error.GetProperty("code").GetString());
    }

    public static async Task<JsonElement> GetAccountAsync(this Tenant tenant, WhatsAppAccount account) =>
        (await tenant.Api.GetAsync("/whatsapp/accounts")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Single(row => row.Id() == account.Id.ToString());

    public static string Id(this JsonElement resource) => resource.GetProperty("id").GetString()!;

    /// <summary>The events of a message in their order: what happened, and its status then.</summary>
    public static async Task<IReadOnlyList<(string Type, string Status)>> EventsOfAsync(this TestServer server, JsonElement message)
    {
        var resource = Id<Message>.Parse(message.Id()).Value;
        var events = await server.InDatabaseAsync(db => db.Events.Where(row => row.ResourceId == resource).OrderBy(row => row.Position).ToListAsync());
        return [.. events.Select(row => (row.Type, JsonElement.Parse(row.Data).GetProperty("status").GetString()!))];
    }

    /// <summary>Calls back as the platform does, signed.</summary>
    public static Task<ApiResponse> CallBackAsync(this TestServer server, WhatsAppAccount account, string body, string? signature = null)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        return server.CreateApiClient().SendAsync(
            HttpMethod.Post, $"/hooks/whatsapp/{account.Id}", bytes, (CallbackSignature.Header, signature ?? CallbackSignature.Of(bytes, AppSecret)));
    }

    /// <summary>A callback in the platform's documented shape around what happened.</summary>
    public static string Callback(WhatsAppAccount account, string value) =>
        $$$"""
           {"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp",
           "metadata":{"display_phone_number":"14155559999","phone_number_id":"{{{account.PhoneNumberId}}}"},{{{value}}}},"field":"messages"}]}]}
           """;

    public static string TextMessage(string id, string text, DateTimeOffset at, string from = "14155550100") =>
        $$$"""
           "contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"{{{from}}}"}],
           "messages":[{"from":"{{{from}}}","id":"{{{id}}}","timestamp":"{{{Seconds(at)}}}","type":"text","text":{"body":{{{JsonSerializer.Serialize(text, s_asWritten)}}}}}]
           """;

    public static string Status(string metaId, string status, DateTimeOffset at, JsonElement? message = null, int? error = null) =>
        $$$"""
           "statuses":[{"id":"{{{metaId}}}","status":"{{{status}}}","timestamp":"{{{Seconds(at)}}}","recipient_id":"14155550100"
           {{{(message is { } ours ? $",\"biz_opaque_callback_data\":\"{ours.Id()}\"" : "")}}}
           {{{(error is { } code ? $$""","errors":[{"code":{{code}},"title":"No","message":"No","error_data":{"details":"It was not to be."},"href":"/docs"}]""" : "")}}}}]
           """;

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
