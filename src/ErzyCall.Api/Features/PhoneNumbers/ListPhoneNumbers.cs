using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>All of the organization's phone numbers, newest first.</summary>
internal static class ListPhoneNumbers
{
    public static async Task<Ok<Data<List<PhoneNumberResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var phones = await db.PhoneNumbers.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(phones.ConvertAll(PhoneNumberResponse.Of)));
    }
}

/// <summary>A number of the organization's own, to call from and to be called on.</summary>
/// <param name="PhoneNumber">The number, as it was given; it cannot be changed.</param>
/// <param name="Label">
/// What your people call the number; whoever is called from it does not see it. <c>null</c> when there is none.
/// </param>
/// <param name="Country">The country of the number, by ISO 3166-1 alpha-2.</param>
/// <param name="Provider">The carrier that dials from the number: that of its carrier account, or <c>simulator</c>.</param>
/// <param name="CarrierAccountId">The account with the carrier, which the number belongs to; <c>null</c> at the simulated one.</param>
/// <param name="Capabilities">What the number can be used for, each use once.</param>
/// <param name="IsActive">Whether the number is in use: calls are placed from active numbers only.</param>
/// <param name="IsDefault">
/// Whether it is the organization's default, which one number at most is: making one the default takes that from whichever was. A mark for
/// your programs: every call names the number that it comes from.
/// </param>
/// <param name="InboundAssistantId">
/// The inbound assistant that is to answer calls to the number, once a carrier hands them over; <c>null</c> when none is.
/// </param>
[Example("""{"capabilities":["outbound"],"isDefault":true,"carrierAccountId":null,"inboundAssistantId":null}""")]
internal sealed record PhoneNumberResponse(
    Id<PhoneNumber> Id,
    string PhoneNumber,
    string? Label,
    [property: OneOf(typeof(Countries))] string Country,
    string Provider,
    Id<CarrierAccount>? CarrierAccountId,
    [property: OneOf(typeof(PhoneCapability))] IReadOnlyList<string> Capabilities,
    bool IsActive,
    bool IsDefault,
    Id<InboundAssistant>? InboundAssistantId,
    DateTimeOffset CreatedAt)
{
    public static PhoneNumberResponse Of(PhoneNumber phone) => new(
        phone.Id,
        phone.Number,
        phone.Label,
        phone.Country,
        phone.Provider,
        phone.CarrierAccountId,
        phone.Capabilities,
        phone.IsActive,
        phone.IsDefault,
        phone.InboundAssistantId,
        phone.CreatedAt);
}
