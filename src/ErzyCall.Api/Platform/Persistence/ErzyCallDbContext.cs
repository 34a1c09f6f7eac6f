using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp;
using ErzyCall.Api.Features.WhatsApp.Sending.Simulation;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>The database. Each entity's table, indexes and constraints stand in its own configuration beside it.</summary>
internal sealed class ErzyCallDbContext(DbContextOptions<ErzyCallDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Organization> Organizations => Set<Organization>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<PhoneNumber> PhoneNumbers => Set<PhoneNumber>();

    public DbSet<Contact> Contacts => Set<Contact>();

    public DbSet<ContactGroup> ContactGroups => Set<ContactGroup>();

    public DbSet<ContactGroupChange> ContactGroupChanges => Set<ContactGroupChange>();

    public DbSet<ContactGroupMember> ContactGroupMembers => Set<ContactGroupMember>();

    public DbSet<DoNotCallEntry> DoNotCallEntries => Set<DoNotCallEntry>();

    public DbSet<Prompt> Prompts => Set<Prompt>();

    public DbSet<Case> Cases => Set<Case>();

    public DbSet<OutboundAssistant> OutboundAssistants => Set<OutboundAssistant>();

    public DbSet<InboundAssistant> InboundAssistants => Set<InboundAssistant>();

    public DbSet<Call> Calls => Set<Call>();

    public DbSet<CallingPolicy> CallingPolicies => Set<CallingPolicy>();

    public DbSet<SharedScript> CallScripts => Set<SharedScript>();

    public DbSet<WaitingCallChange> WaitingCallChanges => Set<WaitingCallChange>();

    public DbSet<SimulatedCall> SimulatedCalls => Set<SimulatedCall>();

    public DbSet<WhatsAppAccount> WhatsAppAccounts => Set<WhatsAppAccount>();

    public DbSet<Conversation> Conversations => Set<Conversation>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<SimulatedMessage> SimulatedMessages => Set<SimulatedMessage>();

    public DbSet<OutboxEvent> Events => Set<OutboxEvent>();

    public DbSet<EventFeed> EventFeeds => Set<EventFeed>();

    public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    private readonly List<Func<Task>> _afterCommit = [];

    /// <summary>
    /// Has something done once the transaction that is open now has ended and given its connection back, and before whoever began it goes on: what is
    /// promised to a client but cannot be done inside the transaction. It is not done when the process dies in between, so nothing may depend on it
    /// that a retry of the client does not bring about.
    /// </summary>
    public void AfterCommit(Func<Task> work) => _afterCommit.Add(work);

    /// <summary>Does what <see cref="AfterCommit"/> was given.</summary>
    public async Task FollowUpAsync()
    {
        var due = _afterCommit.ToList();
        _afterCommit.Clear();
        foreach (var work in due)
        {
            await work();
        }
    }

    /// <summary>Forgets what a transaction that was undone has read, changed and asked for.</summary>
    public void Forget()
    {
        ChangeTracker.Clear();
        _afterCommit.Clear();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ErzyCallDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        StoreAsUuid<Organization>(configurationBuilder);
        StoreAsUuid<ApiKey>(configurationBuilder);
        StoreAsUuid<PhoneNumber>(configurationBuilder);
        StoreAsUuid<Contact>(configurationBuilder);
        StoreAsUuid<ContactGroup>(configurationBuilder);
        StoreAsUuid<DoNotCallEntry>(configurationBuilder);
        StoreAsUuid<Prompt>(configurationBuilder);
        StoreAsUuid<Case>(configurationBuilder);
        StoreAsUuid<OutboundAssistant>(configurationBuilder);
        StoreAsUuid<InboundAssistant>(configurationBuilder);
        StoreAsUuid<Call>(configurationBuilder);
        StoreAsUuid<WhatsAppAccount>(configurationBuilder);
        StoreAsUuid<Conversation>(configurationBuilder);
        StoreAsUuid<Message>(configurationBuilder);
        StoreAsUuid<OutboxEvent>(configurationBuilder);
        StoreAsUuid<WebhookEndpoint>(configurationBuilder);
        StoreAsUuid<WebhookDelivery>(configurationBuilder);
    }

    private static void StoreAsUuid<T>(ModelConfigurationBuilder builder)
        where T : IHasIdPrefix =>
        builder.Properties<Id<T>>().HaveConversion<IdConverter<T>>();

    private sealed class IdConverter<T>() : ValueConverter<Id<T>, Guid>(id => id.Value, value => new Id<T>(value))
        where T : IHasIdPrefix;
}
