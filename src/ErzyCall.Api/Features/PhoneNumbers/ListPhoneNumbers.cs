using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.OpenApi;
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

/// <param name="CarrierAccountId">The account with the carrier, which the number belongs to; `null` at the simulated one.</param>
/// <param name="Country">The country of the number, by ISO 3166-1 alpha-2.</param>
internal sealed record PhoneNumberResponse(
    Id<PhoneNumber> Id,
    string PhoneNumber,
    string? Label,
    string Country,
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
