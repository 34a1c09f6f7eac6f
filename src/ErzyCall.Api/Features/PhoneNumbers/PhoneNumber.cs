using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Tenancy;

namespace ErzyCall.Api.Features.PhoneNumbers;

internal static class PhoneCapability
{
    public const string Inbound = "inbound";
    public const string Outbound = "outbound";
    public const string WhatsApp = "whatsapp";

    public static IReadOnlyList<string> All { get; } = [Inbound, Outbound, WhatsApp];
}

internal static class PhoneNumberQueries
{
    /// <summary>The number <paramref name="from"/>, if calls may be made from it.</summary>
    public static IQueryable<PhoneNumber> AbleToDial(this IQueryable<PhoneNumber> phones, string from) =>
        phones.Where(phone => phone.Number == from && phone.IsActive && phone.Capabilities.Contains(PhoneCapability.Outbound));
}

/// <summary>A number of the organization's own, to call from and to be called on.</summary>
internal sealed class PhoneNumber : IResource<PhoneNumber>
{
    public static string IdPrefix => "phone";

    public Id<PhoneNumber> Id { get; init; }

    public Id<Organization> OrganizationId { get; init; }

    /// <summary>E.164, stored as <c>phone_number</c>.</summary>
    public string Number { get; init; } = "";

    public string? Label { get; set; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string Country { get; set; } = "";

    /// <summary>The name of the carrier that dials from it.</summary>
    public string Provider { get; set; } = "";

    public string[] Capabilities { get; set; } = [];

    public bool IsActive { get; set; }

    public bool IsDefault { get; set; }

    public Id<InboundAssistant>? InboundAssistantId { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
