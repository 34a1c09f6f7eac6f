
namespace ErzyCall.Api.Features;

/// <summary>What a key may do. <c>:write</c> does not imply <c>:read</c>.</summary>
/// <remarks>They stand together, since some belong to several features that need not know each other.</remarks>
[SchemaName("ApiKeyScope")]
internal static class Scopes
{
    /// <summary>Everything, also what later versions add.</summary>
    public const string Everything = Caller.Everything;

    /// <summary>Reading calls and their recordings.</summary>
    public const string CallsRead = "calls:read";
    /// <summary>Placing, previewing and cancelling calls.</summary>
    public const string CallsWrite = "calls:write";
    /// <summary>Reading contacts and the do-not-call ledger.</summary>
    public const string ContactsRead = "contacts:read";
    /// <summary>Changing contacts and the do-not-call ledger.</summary>
    public const string ContactsWrite = "contacts:write";
    /// <summary>Reading contact groups.</summary>
    public const string ContactGroupsRead = "contact_groups:read";
    /// <summary>Changing contact groups and who is in them.</summary>
    public const string ContactGroupsWrite = "contact_groups:write";
    /// <summary>Reading call scripts.</summary>
    public const string CasesRead = "cases:read";
    /// <summary>Changing call scripts.</summary>
    public const string CasesWrite = "cases:write";
    /// <summary>Reading assistants and prompts.</summary>
    public const string AssistantsRead = "assistants:read";
    /// <summary>Changing assistants and prompts.</summary>
    public const string AssistantsWrite = "assistants:write";
    /// <summary>Reading phone numbers and carrier accounts.</summary>
    public const string PhoneNumbersRead = "phone_numbers:read";
    /// <summary>Changing phone numbers.</summary>
    public const string PhoneNumbersWrite = "phone_numbers:write";
    /// <summary>Reading webhook endpoints, their deliveries, and the event feed.</summary>
    public const string WebhooksRead = "webhooks:read";
    /// <summary>Changing webhook endpoints, and sending to them again.</summary>
    public const string WebhooksWrite = "webhooks:write";
    /// <summary>Reading WhatsApp accounts, conversations, messages and templates.</summary>
    public const string WhatsAppRead = "whatsapp:read";
    /// <summary>Writing on WhatsApp, and changing conversations.</summary>
    public const string WhatsAppWrite = "whatsapp:write";
    /// <summary>Reading usage.</summary>
    public const string UsageRead = "usage:read";
    /// <summary>Listing, making and revoking API keys.</summary>
    public const string ApiKeysWrite = "api_keys:write";
    /// <summary>Reading the calling policy.</summary>
    public const string CallingPolicyRead = "calling_policy:read";
    /// <summary>Changing the calling policy, and placing calls that ignore it.</summary>
    public const string CallingPolicyWrite = "calling_policy:write";

    public static IReadOnlyList<string> All { get; } =
    [
        Everything,
        CallsRead, CallsWrite,
        ContactsRead, ContactsWrite,
        ContactGroupsRead, ContactGroupsWrite,
        CasesRead, CasesWrite,
        AssistantsRead, AssistantsWrite,
        PhoneNumbersRead, PhoneNumbersWrite,
        WebhooksRead, WebhooksWrite,
        WhatsAppRead, WhatsAppWrite,
        UsageRead,
        ApiKeysWrite,
        CallingPolicyRead, CallingPolicyWrite,
    ];
}
