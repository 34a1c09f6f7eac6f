using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>Whether calls can be made with a carrier account.</summary>
internal static class CarrierAccountStatus
{
    /// <summary>Calls are made with the account.</summary>
    public const string Active = "active";

    /// <summary>
    /// The carrier refuses the account; <see cref="CarrierAccount.StatusMessage"/> says why. New calls from its numbers are refused, and
    /// calls that wait go on waiting, until they are too late to be dialled or a check of the account by the operator succeeds.
    /// </summary>
    public const string Error = "error";

    /// <summary>
    /// The operator has taken the account out of use. New calls from its numbers are refused, and calls that wait fail when their time
    /// comes.
    /// </summary>
    public const string Disconnected = "disconnected";

    public static IReadOnlyList<string> All { get; } = [Active, Error, Disconnected];
}

/// <summary>An organization's account with a company that rings real phones.</summary>
internal sealed class CarrierAccount : IResource<CarrierAccount>, IMakesWork
{
    public const int MaxName = 200;

    public const int MaxStatusMessage = 500;

    public static string IdPrefix => "carr";

    public Id<CarrierAccount> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>The name of the carrier, which its calls and phone numbers have as their <c>provider</c>.</summary>
    public string Provider { get; private init; } = "";

    /// <summary>The name that the operator has given the account; an organization has each name once.</summary>
    public string Name { get; private init; } = "";

    public string Status { get; private set; } = CarrierAccountStatus.Active;

    /// <summary>The reason why the carrier refuses the account, in the carrier's words; at most 500 characters.</summary>
    public string? StatusMessage { get; private set; }

    /// <summary>The secrets, encrypted (<see cref="CarrierSecrets"/>); <c>null</c> once they are erased.</summary>
    public string? Secrets { get; private set; }

    /// <summary>The carrier's address where it is not the one that the server's settings name.</summary>
    public string? BaseAddress { get; private set; }

    /// <summary>The most calls that the carrier takes in a second; <c>null</c> when it sets no such limit.</summary>
    public decimal? CallsPerSecond { get; private set; }

    /// <summary>The time before which no order leaves: the carrier has asked for a pause, or has had as many as it takes.</summary>
    public DateTimeOffset? NextOrderAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Whether calls may have waited for the account, which takes them now.</summary>
    public bool MakesWork => Status == CarrierAccountStatus.Active;

    public static CarrierAccount Create(Id<Owner> organizationId, string provider, string name, DateTimeOffset now) => new()
    {
        Id = Id<CarrierAccount>.New(now),
        OrganizationId = organizationId,
        Provider = provider,
        Name = name,
        CreatedAt = now,
    };

    /// <summary>Takes what the operator tells, and makes the account active.</summary>
    public void Connect(string secrets, string? baseAddress, decimal? callsPerSecond)
    {
        (Secrets, BaseAddress, CallsPerSecond) = (secrets, baseAddress, callsPerSecond);
        Found(refusal: null);
    }

    /// <summary>Records what a check of the account has found; one that is disconnected stays so.</summary>
    /// <param name="refusal">The reason why the carrier refuses the account; <c>null</c> when it does not.</param>
    public void Found(string? refusal)
    {
        Status = refusal is null ? CarrierAccountStatus.Active : CarrierAccountStatus.Error;
        StatusMessage = refusal?.Cut(MaxStatusMessage);
        NextOrderAt = refusal is null ? null : NextOrderAt;
    }

    /// <summary>Takes the account out of use.</summary>
    /// <param name="erases">
    /// Whether the secrets are erased as well. While calls are under way they are needed: to hang up, and to learn how the calls end.
    /// </param>
    public void Disconnect(bool erases)
    {
        Status = CarrierAccountStatus.Disconnected;
        StatusMessage = null;
        Secrets = erases ? null : Secrets;
    }
}
