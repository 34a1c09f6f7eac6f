using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>Something that a phone number can be used for.</summary>
internal static class PhoneCapability
{
    /// <summary>To be called on.</summary>
    public const string Inbound = "inbound";

    /// <summary>To call from: calls are placed from numbers with this capability only.</summary>
    public const string Outbound = "outbound";

    /// <summary>To write on WhatsApp. A mark for your programs: messages go by the WhatsApp account.</summary>
    public const string WhatsApp = "whatsapp";

    public static IReadOnlyList<string> All { get; } = [Inbound, Outbound, WhatsApp];
}

internal static class PhoneNumberQueries
{
    /// <summary>
    /// Takes the default from the number that has it, so that <paramref name="phone"/> can be the organization's only default. Needs a
    /// transaction.
    /// </summary>
    public static async Task TakeDefaultAsync(
        this ErzyCallDbContext db, PhoneNumber phone, Caller caller, CancellationToken cancellationToken)
    {
        await db.LockSetAsync<PhoneNumber>(caller, cancellationToken);
        await db.PhoneNumbers.OwnedBy(caller)
            .Where(row => row.IsDefault && row.Id != phone.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsDefault, false), cancellationToken);
    }
}

/// <summary>A number of the organization's own, to call from and to be called on.</summary>
internal sealed class PhoneNumber : IResource<PhoneNumber>
{
    /// <summary>The most phone numbers of an organization: their list is not paged.</summary>
    public const int MaxCount = 1_000;

    public const int MaxLabel = 100;

    public const int MaxProvider = 50;

    public static string IdPrefix => "phone";

    public static FieldError NumberTaken { get; } = new("phoneNumber", "The organization has this number already");

    /// <summary>The refusal of a number that another organization uses, of which nothing is told.</summary>
    public static FieldError NumberInUse { get; } = new("phoneNumber", "This number is in use already");

    public Id<PhoneNumber> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    /// <summary>The number in E.164, stored as <c>phone_number</c>.</summary>
    public string Number { get; init; } = "";

    public string? Label { get; set; }

    /// <summary>The country of the number, by ISO 3166-1 alpha-2.</summary>
    public string Country { get; set; } = "";

    /// <summary>The name of the carrier that dials from the number.</summary>
    public string Provider { get; set; } = "";

    /// <summary>The account with the carrier, which the number belongs to; <c>null</c> at the simulated one.</summary>
    public Id<CarrierAccount>? CarrierAccountId { get; set; }

    /// <summary>The carrier's own id of the number.</summary>
    public string? CarrierNumberId { get; set; }

    public string[] Capabilities { get; set; } = [];

    public bool IsActive { get; set; }

    public bool IsDefault { get; set; }

    public Id<InboundAssistant>? InboundAssistantId { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
