using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WhatsApp.Accounts;

/// <summary>The states of a WhatsApp account.</summary>
[SchemaName("WhatsAppAccountStatus")]
internal static class AccountStatus
{
    /// <summary>Messages go out and come in.</summary>
    public const string Active = "active";

    /// <summary>Somebody has disconnected the account: it sends nothing.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>
    /// Meta refuses the account; <see cref="WhatsAppAccount.StatusMessage"/> says why. Its messages wait until it is connected again.
    /// </summary>
    public const string Error = "error";

    /// <summary>The account is not ready yet: it sends nothing.</summary>
    public const string PendingSetup = "pending_setup";

    public static IReadOnlyList<string> All { get; } = [Active, Disconnected, Error, PendingSetup];
}

/// <summary>A business phone number on WhatsApp that messages go out from and come in at.</summary>
internal sealed class WhatsAppAccount : IResource<WhatsAppAccount>, IMakesWork
{
    public static string IdPrefix => "wa_acct";

    public Id<WhatsAppAccount> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    public string Status { get; private set; } = AccountStatus.Active;

    public string? StatusMessage { get; private set; }

    /// <summary>Whether messages may have waited for the account, which takes them now.</summary>
    public bool MakesWork => Status == AccountStatus.Active;

    /// <summary>Meta's id of the business account, which owns the templates.</summary>
    public string WabaId { get; private set; } = "";

    /// <summary>Meta's id of the phone number. A number that reaches real people belongs to one account only.</summary>
    public string PhoneNumberId { get; private init; } = "";

    public string DisplayPhoneNumber { get; private set; } = "";

    public string VerifiedName { get; private set; } = "";

    /// <summary>The quality rating of the number, as Meta last told it.</summary>
    public string? QualityRating { get; private set; }

    /// <summary>Whether the account was connected without secrets, as all accounts of a test organization are.</summary>
    public bool IsSimulated { get; private set; }

    /// <summary>The access token, encrypted as the other two secrets are; <c>null</c> when the account is simulated.</summary>
    public string? AccessToken { get; private set; }

    /// <summary>The secret that Meta signs its callbacks with.</summary>
    public string? AppSecret { get; private set; }

    /// <summary>The token that Meta shows when it checks the callback address.</summary>
    public string? VerifyToken { get; private set; }

    /// <summary>The time until which Meta wants no more messages from this number.</summary>
    public DateTimeOffset? PausedUntil { get; private init; }

    public long MessagesSent { get; private init; }

    public long MessagesReceived { get; private init; }

    public DateTimeOffset? LastMessageAt { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public static WhatsAppAccount Create(Id<Owner> organizationId, string phoneNumberId, DateTimeOffset now) => new()
    {
        Id = Id<WhatsAppAccount>.New(now),
        OrganizationId = organizationId,
        PhoneNumberId = phoneNumberId,
        CreatedAt = now,
    };

    /// <summary>Takes what the operator tells, and makes the account active.</summary>
    public void Connect(string wabaId, string displayPhoneNumber, string verifiedName, AccountSecrets? secrets)
    {
        (WabaId, DisplayPhoneNumber, VerifiedName) = (wabaId, displayPhoneNumber, verifiedName);
        (AccessToken, AppSecret, VerifyToken) = (secrets?.AccessToken, secrets?.AppSecret, secrets?.VerifyToken);
        IsSimulated = secrets is null;
        Status = AccountStatus.Active;
        StatusMessage = null;
    }
}
