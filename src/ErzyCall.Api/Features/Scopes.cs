
namespace ErzyCall.Api.Features;

/// <summary>
/// The scopes that a key may hold. <c>:write</c> does not imply <c>:read</c>. They stand together, since some belong to several features
/// that need not know each other: to contacts and the do-not-call ledger, to assistants and prompts, to webhooks and events.
/// </summary>
[SchemaName("Scope")]
internal static class Scopes
{
    /// <inheritdoc cref="Caller.Everything"/>
    public const string Everything = Caller.Everything;

    public const string CallsRead = "calls:read";
    public const string CallsWrite = "calls:write";
    public const string ContactsRead = "contacts:read";
    public const string ContactsWrite = "contacts:write";
    public const string ContactGroupsRead = "contact_groups:read";
    public const string ContactGroupsWrite = "contact_groups:write";
    public const string CasesRead = "cases:read";
    public const string CasesWrite = "cases:write";
    public const string AssistantsRead = "assistants:read";
    public const string AssistantsWrite = "assistants:write";
    public const string PhoneNumbersRead = "phone_numbers:read";
    public const string PhoneNumbersWrite = "phone_numbers:write";
    public const string WebhooksRead = "webhooks:read";
    public const string WebhooksWrite = "webhooks:write";
    public const string WhatsAppRead = "whatsapp:read";
    public const string WhatsAppWrite = "whatsapp:write";
    public const string UsageRead = "usage:read";
    public const string ApiKeysWrite = "api_keys:write";
    public const string CallingPolicyRead = "calling_policy:read";
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
