using System.Diagnostics;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>
/// Adds a number of the organization's own. One that it has already, or that another live organization has, is refused: 409. In a live
/// organization the carrier is asked whether the account has the number: if not, the answer is 400, and 503 when the carrier gives none. An
/// account that cannot be used is 422 <c>CARRIER_UNAVAILABLE</c>. Making the number the default takes that from whichever was. An
/// organization has at most 1,000: one more is 422.
/// </summary>
[Example("""{"capabilities":["inbound","outbound"],"isDefault":false,"label":null}""")]
internal static class CreatePhoneNumber
{
    public static async Task<Created<Data<PhoneNumberResponse>>> HandleAsync(
        Body<CreatePhoneNumberRequest> body,
        Caller caller,
        NumberLines lines,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        var line = await lines.FindAsync(
            request.PhoneNumber.Value.Text, request.Provider, request.CarrierAccountId?.Value, caller, cancellationToken);
        return await db.Database.InTransactionAsync(
            async () =>
            {
                var now = clock.Now();
                var phone = new PhoneNumber
                {
                    Id = Id<PhoneNumber>.New(now),
                    OrganizationId = caller.OrganizationId,
                    Number = request.PhoneNumber.Value.Text,
                    Label = request.Label,
                    Country = request.Country ?? request.PhoneNumber.Value.Country ?? throw new UnreachableException(),
                    Provider = line.Provider,
                    CarrierAccountId = line.CarrierAccountId,
                    CarrierNumberId = line.CarrierNumberId,
                    Capabilities = [.. request.Capabilities ?? [PhoneCapability.Inbound, PhoneCapability.Outbound]],
                    IsActive = request.IsActive ?? true,
                    IsDefault = request.IsDefault ?? false,
                    InboundAssistantId = await db.ReferToOwnAsync(
                        request.InboundAssistantId?.Value, "inbound assistant", caller, cancellationToken),
                    CreatedAt = now,
                };
                await db.RequireRoomAsync(db.PhoneNumbers, PhoneNumber.MaxCount, "phone numbers", caller, cancellationToken);
                if (phone.IsDefault)
                {
                    await db.TakeDefaultAsync(phone, caller, cancellationToken);
                }

                db.PhoneNumbers.Add(phone);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created($"{ApiPath.V1}/phone-numbers/{phone.Id}", Data.Of(PhoneNumberResponse.Of(phone)));
            },
            cancellationToken);
    }
}

/// <summary>A phone number to add.</summary>
/// <inheritdoc cref="PhoneNumberResponse"/>
internal sealed record CreatePhoneNumberRequest
{
    /// <summary>The number, of a length that its country uses, written as its carrier has it; it cannot be changed later.</summary>
    public required Given<E164> PhoneNumber { get; init; }

    public string? Label { get; init; }

    /// <summary>
    /// The country of the number, by ISO 3166-1 alpha-2; when left out, the one that the number tells. A number of no country, such as that
    /// of a satellite phone, needs one to be given.
    /// </summary>
    public string? Country { get; init; }

    /// <summary>
    /// The carrier that dials from the number. When left out, it is <c>simulator</c> in a test organization, and that of the carrier
    /// account in a live one.
    /// </summary>
    public string? Provider { get; init; }

    /// <summary>
    /// The carrier account that the number belongs to, which is asked whether it has the number; required in a live organization.
    /// </summary>
    public Given<Id<CarrierAccount>>? CarrierAccountId { get; init; }

    /// <summary>What the number can be used for; <c>inbound</c> and <c>outbound</c> when left out.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Whether the number is in use: calls are placed from active numbers only. Left out, it is.</summary>
    public bool? IsActive { get; init; }

    /// <summary>
    /// Whether it becomes the organization's default, and whichever was is so no longer; left out, it does not. A mark for your programs:
    /// every call names the number that it comes from.
    /// </summary>
    public bool? IsDefault { get; init; }

    public Given<Id<InboundAssistant>>? InboundAssistantId { get; init; }
}

internal sealed class CreatePhoneNumberValidator : AbstractValidator<CreatePhoneNumberRequest>
{
    public CreatePhoneNumberValidator()
    {
        RuleFor(phone => phone.PhoneNumber).Required().Is(NumberConstraints.Phone);
        RuleFor(phone => phone.Label).Is(Constraints.Text(0, PhoneNumber.MaxLabel));
        RuleFor(phone => phone.Country)
            .Is(PhoneNumberRules.Country)
            .Must((phone, country) => country is not null
                || phone.PhoneNumber is null or { IsMalformed: true } or { Value.Country: not null })
            .WithMessage("The number belongs to no country: give the one that it is used in");
        RuleFor(phone => phone.Provider).Is(Constraints.Text(1, PhoneNumber.MaxProvider));
        RuleFor(phone => phone.CarrierAccountId).Is(Constraints.IdOf<CarrierAccount>());
        RuleFor(phone => phone.Capabilities).Is(PhoneNumberRules.Capabilities);
        RuleFor(phone => phone.InboundAssistantId).Is(Constraints.IdOf<InboundAssistant>());
    }
}
