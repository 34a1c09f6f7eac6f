using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Client;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Features.WhatsApp;
using ErzyCall.IntegrationTests.Server;
using PublishEventsJob = ErzyCall.Api.Features.Events.PublishEventsJob;

namespace ErzyCall.IntegrationTests.Clients;

/// <summary>The .NET client asks a real server for everything that there is, and reads every answer.</summary>
public sealed class DotNetClientTests(TestRun run)
{
    private static CancellationToken Over => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_is_asked_for_and_its_answer_read()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var asked = new AskedFor();
        using var http = server.CreateDefaultClient(asked);
        var client = new ErzyCallClient(http, new ErzyCallOptions { BaseAddress = http.BaseAddress, ApiKey = tenant.Secret, MaxRetries = 0 });

        await UseAccountAsync(client, tenant);
        var prompt = await UsePromptsAsync(client);
        await UseCasesAndAssistantsAsync(client, prompt.Id);
        var contact = await UseContactsAsync(client);
        await UseWebhooksAsync(client, tenant, () => UseCallsAsync(client, tenant, contact));
        await UseWhatsAppAsync(client, tenant);
        await UseDoNotCallAsync(client);
        await client.Prompts.DeleteAsync(prompt.Id, Over);
        await client.Contacts.DeleteAsync(contact, Over);

        await server.RunAsync<PublishEventsJob>();
        var events = await client.Events(new ListEventsQuery { Limit = 100 }).ToListAsync(cancellationToken: Over);
        Assert.DoesNotContain(events, happened => happened is UnknownFeedEvent);
        Assert.Equal(events.Select(happened => happened.Sequence), Enumerable.Range(1, events.Count).Select(sequence => (long)sequence));
        Assert.Contains(events, happened => happened is CallEndedEvent { Data.EndedReason: "assistant-ended-call" });
        Assert.Contains(events, happened => happened is ContactDeletedEvent deleted && deleted.Data.Id == contact);

        var known = RouteTable.Of(server).Select(route => $"{route.Method} {route.Pattern.TrimEnd('/')}").ToList();
        Assert.Equal([], known.Where(route => !asked.Is(route)));
    }

    private static async Task UseAccountAsync(ErzyCallClient client, Tenant tenant)
    {
        Assert.Equal(tenant.Organization.Id.ToString(), (await client.GetMeAsync(Over)).Organization.Id);
        Assert.Empty((await client.GetUsageAsync(new GetUsageQuery { From = tenant.Now.AddDays(-1), To = tenant.Now }, Over)).Days);
        Assert.Empty(await client.GetCarrierAccountsAsync(Over));

        var key = await client.ApiKeys.CreateAsync(new CreateApiKeyRequest { Name = "For calls", Scopes = [ApiKeyScope.CallsRead] }, cancellationToken: Over);
        Assert.StartsWith("ek_test_", key.Secret, StringComparison.Ordinal);
        await client.ApiKeys.RevokeAsync(key.Id, Over);
        Assert.Contains(await client.ApiKeys.ListAsync(Over), known => known.Id == key.Id && known.Status == ApiKeyStatus.Revoked);

        var number = await client.PhoneNumbers.CreateAsync(new CreatePhoneNumberRequest { PhoneNumber = "+14155550000", Label = "Sales", Country = Country.US }, cancellationToken: Over);
        Assert.Null((await client.PhoneNumbers.UpdateAsync(number.Id, new UpdatePhoneNumberRequest { Label = null }, Over)).Label);
        Assert.Contains(await client.PhoneNumbers.ListAsync(Over), known => known.Number == "+14155550000");
        await client.PhoneNumbers.DeleteAsync(number.Id, Over);

        var hours = new CallingWindowRequest { Days = [CallingDay.Mon, CallingDay.Sun], From = "08:00", To = "20:00" };
        Assert.Equal(CallingDay.Sun, (await client.CallingPolicy.UpdateAsync(new UpdateCallingPolicyRequest { Hours = (CallingWindowRequest[])[hours] }, Over)).Hours![0].Days[1]);
        await client.CallingPolicy.UpdateAsync(new UpdateCallingPolicyRequest { Hours = null }, Over);
        Assert.Null((await client.CallingPolicy.GetAsync(Over)).Hours);
    }

    private static async Task<Prompt> UsePromptsAsync(ErzyCallClient client)
    {
        var prompt = await client.Prompts.CreateAsync(new CreatePromptRequest { Name = "Kind", Text = "Be kind." }, cancellationToken: Over);
        await client.Prompts.UpdateAsync(prompt.Id, new UpdatePromptRequest { Text = "Be very kind." }, Over);
        Assert.Equal("Be very kind.", (await client.Prompts.GetAsync(prompt.Id, Over)).Text);
        Assert.Single(await client.Prompts.ListAsync(Over));
        return prompt;
    }

    private static async Task UseCasesAndAssistantsAsync(ErzyCallClient client, string promptId)
    {
        var script = await client.Cases.CreateAsync(
            new CreateCaseRequest
            {
                Title = "Reminder",
                FirstMessage = "Hello {{name}}.",
                SystemPromptId = promptId,
                Variables = [new() { Name = "name", Source = CaseVariableSource.ContactTitle, DefaultValue = "there" }],
            },
            cancellationToken: Over);
        Assert.Null((await client.Cases.UpdateAsync(script.Id, new UpdateCaseRequest { SystemPromptId = null, Prompt = "Be brief.", Status = CaseStatus.Archived }, Over)).SystemPromptId);
        Assert.Equal("there", Assert.Single((await client.Cases.GetAsync(script.Id, Over)).Variables).DefaultValue);
        Assert.Single(await client.Cases.List(new ListCasesQuery { Search = "remind" }).ToListAsync(cancellationToken: Over));
        await client.Cases.DeleteAsync(script.Id, Over);

        var speaks = await client.OutboundAssistants.CreateAsync(
            new CreateOutboundAssistantRequest
            {
                Name = "Ada",
                Voice = new JsonObject { ["provider"] = "11labs", ["voiceId"] = "v" },
                Model = new JsonObject { ["provider"] = "openai" },
                Transcriber = new JsonObject { ["provider"] = "deepgram" },
            },
            cancellationToken: Over);
        Assert.Null((await client.OutboundAssistants.UpdateAsync(speaks.Id, new UpdateOutboundAssistantRequest { Transcriber = null }, Over)).Transcriber);
        Assert.Equal("v", (string?)(await client.OutboundAssistants.GetAsync(speaks.Id, Over)).Voice["voiceId"]);
        Assert.Single(await client.OutboundAssistants.ListAsync(Over));
        await client.OutboundAssistants.DeleteAsync(speaks.Id, Over);

        var answers = await client.InboundAssistants.CreateAsync(new CreateInboundAssistantRequest { Name = "Bob" }, cancellationToken: Over);
        await client.InboundAssistants.UpdateAsync(answers.Id, new UpdateInboundAssistantRequest { SystemPromptId = promptId }, Over);
        Assert.Equal(promptId, (await client.InboundAssistants.GetAsync(answers.Id, Over)).SystemPromptId);
        Assert.Single(await client.InboundAssistants.ListAsync(Over));
        await client.InboundAssistants.DeleteAsync(answers.Id, Over);
    }

    /// <returns>The id of a contact that is left.</returns>
    private static async Task<string> UseContactsAsync(ErzyCallClient client)
    {
        var group = await client.ContactGroups.CreateAsync(new CreateContactGroupRequest { Name = "Spring" }, cancellationToken: Over);
        Assert.Equal("Of spring", (await client.ContactGroups.UpdateAsync(group.Id, new UpdateContactGroupRequest { Description = "Of spring" }, Over)).Description);
        var contact = await client.Contacts.CreateAsync(
            new CreateContactRequest { Title = "Ada Lovelace", Phone = "+14155550101", Email = "ada@example.com", CustomFields = new Dictionary<string, string> { ["plan"] = "gold" } },
            cancellationToken: Over);
        Assert.Null((await client.Contacts.UpdateAsync(contact.Id, new UpdateContactRequest { Email = null, Tags = ["vip"] }, Over)).Email);
        Assert.Equal("gold", (await client.Contacts.GetAsync(contact.Id, Over)).CustomFields["plan"]);
        var many = await client.Contacts.CreateManyAsync(
            new CreateContactsRequest { Contacts = [new() { Title = "Ada", Phone = "+14155550101" }, new() { Title = "Bob", Phone = "+14155550102" }], OnConflict = ContactConflictAction.Fail },
            cancellationToken: Over);
        Assert.Equal([(409, ErrorCode.Conflict), (201, null)], many.Select(one => (one.Status, one.Error?.Code)));
        Assert.Equal("Ada Lovelace", Assert.Single(await client.Contacts.SearchAsync("lovelace", 5, Over)).Title);

        Assert.Equal(1, (await client.ContactGroups.AddMembersAsync(group.Id, [contact.Id], cancellationToken: Over)).ContactCount);
        Assert.Single(await client.Contacts.List(new ListContactsQuery { GroupId = group.Id, Limit = 1 }).ToListAsync(cancellationToken: Over));
        Assert.Equal(2, (await client.Contacts.List(new ListContactsQuery { Limit = 1 }).ToListAsync(cancellationToken: Over)).Count);
        await client.ContactGroups.RemoveMemberAsync(group.Id, contact.Id, Over);
        Assert.Equal("Spring", (await client.ContactGroups.GetAsync(group.Id, Over)).Name);
        Assert.Single(await client.ContactGroups.List().ToListAsync(cancellationToken: Over));
        await client.ContactGroups.DeleteAsync(group.Id, Over);
        return contact.Id;
    }

    private static async Task UseCallsAsync(ErzyCallClient client, Tenant tenant, string contactId)
    {
        var request = new CreateCallRequest { To = "+14155550101", From = Tenant.From, ContactId = contactId, FirstMessage = "Hello.", Metadata = new Dictionary<string, string> { ["order"] = "4711" } };
        Assert.True((await client.Calls.PreviewAsync(request, Over)).Allowed);
        var call = await client.Calls.CreateAsync(request, "order-4711", Over);
        Assert.Equal(call, await client.Calls.CreateAsync(request, "order-4711", Over), static (one, other) => one.Id == other.Id);
        await tenant.Server.RunAsync<CallDispatchJob>();
        await tenant.Server.RunAsync<SimulatedCarrierJob>();

        call = await client.Calls.WaitForEndAsync(call.Id, cancellationToken: Over);
        Assert.Equal(("assistant-ended-call", CallFault.None, "4711"), (call.EndedReason, call.Fault, call.Metadata["order"]));
        Assert.Equal(TranscriptRole.Assistant, call.Transcript[0].Role);
        Assert.Equal(call.Id, Assert.Single(await client.Calls.List(new ListCallsQuery { Metadata = new Dictionary<string, string> { ["order"] = "4711" } }).ToListAsync(cancellationToken: Over)).Id);
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.OpenRecordingAsync(call.Id, cancellationToken: Over))).Code);

        var many = await client.Calls.CreateManyAsync(
            new CreateCallsRequest { Defaults = new() { From = Tenant.From, FirstMessage = "Hello." }, Calls = [new() { To = "+14155550103", ScheduledAt = tenant.Now.AddDays(1) }, new() { To = "nobody" }] },
            cancellationToken: Over);
        Assert.Equal([201, 400], many.Select(one => one.Status));
        Assert.Equal(CallStatus.Cancelled, (await client.Calls.CancelAsync(many[0].Data!.Id, cancellationToken: Over)).Status);
    }

    private static async Task UseWebhooksAsync(ErzyCallClient client, Tenant tenant, Func<Task> makeEvents)
    {
        var endpoint = await client.Webhooks.CreateAsync(new CreateWebhookEndpointRequest { Url = "https://example.com/hook", Events = [EventType.CallEnded] }, cancellationToken: Over);
        await makeEvents();
        Assert.StartsWith("whsec_", (await client.Webhooks.RotateSecretAsync(endpoint.Id, graceHours: 1, cancellationToken: Over)).Secret, StringComparison.Ordinal);
        var ping = await client.Webhooks.TestAsync(endpoint.Id, cancellationToken: Over);
        Assert.Contains(await client.Webhooks.Deliveries(endpoint.Id, new ListWebhookDeliveriesQuery { Event = WebhookEventType.Ping }).ToListAsync(cancellationToken: Over), delivery => delivery.Id == ping.Id);
        Assert.Equal(WebhookDeliveryStatus.Pending, (await client.Webhooks.ResendAsync(endpoint.Id, ping.Id, cancellationToken: Over)).Status);
        Assert.Equal(0, (await client.Webhooks.RecoverAsync(endpoint.Id, new RecoverWebhookDeliveriesRequest { Since = tenant.Now.AddDays(-1) }, cancellationToken: Over)).Queued);
        Assert.False((await client.Webhooks.UpdateAsync(endpoint.Id, new UpdateWebhookEndpointRequest { IsActive = false }, Over)).IsActive);
        Assert.Equal("https://example.com/hook", (await client.Webhooks.GetAsync(endpoint.Id, Over)).Url);
        Assert.Single(await client.Webhooks.ListAsync(Over));
        await client.Webhooks.DeleteAsync(endpoint.Id, Over);
    }

    private static async Task UseWhatsAppAsync(ErzyCallClient client, Tenant tenant)
    {
        await tenant.HearAsync(await tenant.ConnectAsync());
        var account = Assert.Single(await client.WhatsApp.ListAccountsAsync(Over));
        Assert.NotEmpty(await client.WhatsApp.ListTemplatesAsync(account.Id, Over));
        var conversation = Assert.Single(await client.WhatsApp.Conversations().ToListAsync(cancellationToken: Over));
        var message = await client.WhatsApp.SendAsync(
            new SendWhatsAppMessageRequest { ConversationId = conversation.Id, Type = WhatsAppMessageType.Text, Text = new() { Body = "Good day." } }, cancellationToken: Over);
        Assert.Equal(WhatsAppMessageStatus.Queued, message.Status);
        Assert.Equal(message.Id, (await client.WhatsApp.Messages(conversation.Id).ToListAsync(1, Over))[0].Id);
        Assert.Equal(WhatsAppConversationStatus.HandedOff, (await client.WhatsApp.UpdateConversationAsync(conversation.Id, new() { Status = WhatsAppConversationStatus.HandedOff }, Over)).Status);
        Assert.Equal(2, (await client.WhatsApp.GetConversationAsync(conversation.Id, Over)).Messages.Count);
    }

    private static async Task UseDoNotCallAsync(ErzyCallClient client)
    {
        await client.DoNotCall.BlockAsync(new BlockNumberRequest { Phone = "+14155550177", Reason = "Asked by letter" }, cancellationToken: Over);
        var refused = await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.CreateAsync(new CreateCallRequest { To = "+14155550177", From = Tenant.From, FirstMessage = "Hello." }, cancellationToken: Over));
        Assert.Equal((HttpStatusCode.Forbidden, ErrorCode.ContactOptedOut), (refused.Status, refused.Code));
        Assert.StartsWith("req_", refused.RequestId, StringComparison.Ordinal);

        Assert.Equal([200, 201], (await client.DoNotCall.BlockManyAsync(new BlockNumbersRequest { Entries = [new() { Phone = "+14155550177" }, new() { Phone = "+14155550178" }] }, cancellationToken: Over)).Select(one => one.Status));
        Assert.Equal(DoNotCallSource.Api, (await client.DoNotCall.GetAsync("+14155550178", Over)).Source);
        await client.DoNotCall.UnblockAsync("+14155550178", Over);
        Assert.Equal("+14155550177", Assert.Single(await client.DoNotCall.List(new ListDoNotCallEntriesQuery { Limit = 1 }).ToListAsync(cancellationToken: Over)).Phone);
    }

    /// <summary>Remembers what was asked for.</summary>
    private sealed class AskedFor : DelegatingHandler
    {
        private readonly ConcurrentBag<(string Method, string[] Path)> _asked = [];

        public bool Is(string route) => route.Split(' ', 2) is [var method, var pattern]
            && pattern.Trim('/').Split('/') is var expected
            && _asked.Any(asked => asked.Method == method && asked.Path.Length == expected.Length && asked.Path.Zip(expected).All(static part => part.Second.StartsWith('{') || part.First == part.Second));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _asked.Add((request.Method.Method, request.RequestUri!.AbsolutePath.Trim('/').Split('/')));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
