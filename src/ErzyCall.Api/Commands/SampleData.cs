using System.Text.Json;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Commands;

/// <summary>A test organization with everything that a first call needs, for trying out and for measuring.</summary>
internal static class SampleData
{
    public const string OutboundNumber = "+14155559999";

    private const string OrganizationName = "Sample Organization";

    private const string SampleKey = "Sample key";

    /// <summary>The name of the keys that the local server shows when it starts.</summary>
    private const string WelcomeKey = "Key shown at the start";

    /// <summary>The limits of the sample keys, high enough that a load test measures the server and not its limiter.</summary>
    private static readonly RateLimits s_limits = new(100_000, 10_000_000);

    /// <summary>Finds or makes the sample organization, and makes a new key of it that may do everything.</summary>
    public static async Task<(Organization Organization, ApiKeySecret Secret)> EnsureAsync(
        ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var organization = await FindAsync(db, cancellationToken) ?? Add(db, clock.Now());
        var secret = AddKey(db, organization, SampleKey, clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        return (organization, secret);
    }

    /// <summary>
    /// Makes a key for whoever has not placed a call yet. It belongs to the sample organization, which is made in a database that has no
    /// organization. Keys that were shown before and never used are revoked. <c>null</c> once a call was placed there, and in a database
    /// that has other organizations only.
    /// </summary>
    public static async Task<ApiKeySecret?> WelcomeKeyAsync(ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var organization = await FindAsync(db, cancellationToken);
        if (organization is null
            ? await db.Organizations.AnyAsync(cancellationToken)
            : await db.Calls.AnyAsync(call => call.OrganizationId == organization.Id && call.Carrier != Carriers.Seed, cancellationToken))
        {
            return null;
        }

        organization ??= Add(db, now);
        foreach (var unused in await db.ApiKeys
            .Where(key => key.OrganizationId == organization.Id
                && key.Name == WelcomeKey
                && key.LastUsedAt == null
                && key.RevokedAt == null)
            .ToListAsync(cancellationToken))
        {
            unused.Revoke(now);
        }

        var secret = AddKey(db, organization, WelcomeKey, now);
        await db.SaveChangesAsync(cancellationToken);
        return secret;
    }

    private static Task<Organization?> FindAsync(ErzyCallDbContext db, CancellationToken cancellationToken) => db.Organizations
        .Where(row => row.Name == OrganizationName && row.Mode == OrganizationMode.Test)
        .OrderBy(row => row.CreatedAt)
        .FirstOrDefaultAsync(cancellationToken);

    private static Organization Add(ErzyCallDbContext db, DateTimeOffset now)
    {
        var organization = Organization.Create(OrganizationName, OrganizationMode.Test, now);
        db.Organizations.Add(organization);
        AddContent(db, organization.Id, now);
        return organization;
    }

    private static ApiKeySecret AddKey(ErzyCallDbContext db, Organization organization, string name, DateTimeOffset now)
    {
        var secret = ApiKeySecret.Generate(organization.Mode);
        db.ApiKeys.Add(ApiKey.Create(organization.Id, name, secret, [Scopes.Everything], s_limits, expiresAt: null, now));
        return secret;
    }

    private static void AddContent(ErzyCallDbContext db, Id<Owner> organization, DateTimeOffset now)
    {
        var prompt = new Prompt
        {
            Id = Id<Prompt>.New(now),
            OrganizationId = organization,
            Name = "Polite scheduler",
            Text = "You schedule appointments for {{company}}. You speak with {{name}}. "
                + "Be polite and brief, offer two dates, and confirm the one that is chosen.",
            CreatedAt = now,
            UpdatedAt = now,
        };
        var inbound = new InboundAssistant
        {
            Id = Id<InboundAssistant>.New(now),
            OrganizationId = organization,
            Name = "Reception",
            SystemPromptId = prompt.Id,
            CreatedAt = now,
        };
        var contacts = new[]
        {
            Contact(organization, "Ada Lovelace", "+14155550100", "ada@example.com", "Prefers mornings", now),
            Contact(organization, "José García", "+14155550101", "jose@example.com", null, now),
            Contact(organization, "Grace Hopper", "+14155550102", null, "Ask for the Rear Admiral", now),
        };
        var group = new ContactGroup
        {
            Id = Id<ContactGroup>.New(now),
            OrganizationId = organization,
            Name = "Customers",
            Description = "Everybody who has ordered before",
            CreatedAt = now,
        };
        db.AddRange(prompt, inbound, group);
        db.AddRange(contacts);
        db.AddRange(contacts.Select(contact => ContactGroupMember.Of(group.Id, contact)));
        db.AddRange(
            Number(organization, OutboundNumber, "Main line", isDefault: true, inbound.Id, now),
            Number(organization, "+14155559998", "Second line", isDefault: false, inboundAssistant: null, now));
        db.Add(new OutboundAssistant
        {
            Id = Id<OutboundAssistant>.New(now),
            OrganizationId = organization,
            Name = "Emma",
            Description = "Friendly, for reminders and surveys",
            IsDefault = true,
            FirstMessage = "Hello, this is Emma.",
            SystemPrompt = "You are Emma, a friendly assistant who keeps calls short.",
            Voice = JsonElement.Parse("""{"provider":"platform","voiceId":"emma"}"""),
            Model = JsonElement.Parse("""{"provider":"platform","model":"default","temperature":0.4}"""),
            Transcriber = JsonElement.Parse("""{"provider":"platform","language":"en"}"""),
            CreatedAt = now,
            UpdatedAt = now,
        });
        var whatsApp = WhatsAppAccount.Create(organization, phoneNumberId: "100000000000001", now);
        whatsApp.Connect(wabaId: "100000000000002", OutboundNumber, "Acme Dental", secrets: null);
        db.Add(whatsApp);
        db.Add(new Case
        {
            Id = Id<Case>.New(now),
            OrganizationId = organization,
            Title = "Appointment reminder",
            Description = "Reminds somebody of tomorrow's appointment",
            FirstMessage = "Hello {{name}}, this is {{company}}. I am calling about your appointment on {{date}}.",
            SystemPromptId = prompt.Id,
            Variables =
            [
                new CaseVariable("name", "contact.title", Required: true, DefaultValue: null),
                new CaseVariable("date", "custom", Required: true, DefaultValue: null),
                new CaseVariable("company", "custom", Required: false, DefaultValue: "Acme Dental"),
            ],
            Tags = ["reminder"],
            CreatedAt = now,
            UpdatedAt = now,
        });
    }

    private static Contact Contact(
        Id<Owner> organization, string title, string phone, string? email, string? notes, DateTimeOffset now) => new()
        {
            Id = Id<Contact>.New(now),
            OrganizationId = organization,
            Title = title,
            Phone = phone,
            Email = email,
            Notes = notes,
            CreatedAt = now,
            UpdatedAt = now,
        };

    private static PhoneNumber Number(
        Id<Owner> organization,
        string number,
        string label,
        bool isDefault,
        Id<InboundAssistant>? inboundAssistant,
        DateTimeOffset now) => new()
        {
            Id = Id<PhoneNumber>.New(now),
            OrganizationId = organization,
            Number = number,
            Label = label,
            Country = "US",
            Provider = "simulator",
            Capabilities = [PhoneCapability.Inbound, PhoneCapability.Outbound],
            IsActive = true,
            IsDefault = isDefault,
            InboundAssistantId = inboundAssistant,
            CreatedAt = now,
        };
}
