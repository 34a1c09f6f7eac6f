using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>
/// Changes a phone number, all but the number itself. Calls that wait to be dialled from it are dialled with what it is then.
/// </summary>
internal static class UpdatePhoneNumber
{
    public static Task<Ok<Data<PhoneNumberResponse>>> HandleAsync(
        Id<PhoneNumber> phoneNumberId,
        Patch<UpdatePhoneNumberRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        CarrierNames carriers,
        ErzyCallDbContext db,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var change = patch.Value;
                if (change.Provider.IsPresent)
                {
                    PhoneNumberRules.RefuseUnlessCarrier(change.Provider.Value, carriers, caller);
                }

                var becomesDefault = change.IsDefault.Value is true;
                if (becomesDefault)
                {
                    await db.LockSetAsync<PhoneNumber>(caller, cancellationToken);
                }

                var phone = await db.LockOwnAsync(phoneNumberId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("phone number"));
                ifMatch.Check(PhoneNumberResponse.Of(phone));

                if (change.InboundAssistantId.IsPresent)
                {
                    phone.InboundAssistantId = await db.ReferToOwnAsync(
                        change.InboundAssistantId.Value?.Value, "inbound assistant", caller, cancellationToken);
                }

                if (becomesDefault)
                {
                    await db.TakeDefaultAsync(phone, caller, cancellationToken);
                }

                phone.Label = change.Label.Or(phone.Label);
                phone.Country = change.Country.Or(phone.Country);
                phone.Provider = change.Provider.Or(phone.Provider);
                phone.Capabilities = change.Capabilities.Value?.ToArray() ?? phone.Capabilities;
                phone.IsActive = change.IsActive.Value ?? phone.IsActive;
                phone.IsDefault = change.IsDefault.Value ?? phone.IsDefault;
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(PhoneNumberResponse.Of(phone)));
            },
            cancellationToken);
}

internal sealed record UpdatePhoneNumberRequest
{
    public Optional<string> Label { get; init; }

    public Optional<string> Country { get; init; }

    public Optional<string> Provider { get; init; }

    public Optional<IReadOnlyList<string>> Capabilities { get; init; }

    public Optional<bool?> IsActive { get; init; }

    public Optional<bool?> IsDefault { get; init; }

    public Optional<Given<Id<InboundAssistant>>> InboundAssistantId { get; init; }
}

internal sealed class UpdatePhoneNumberValidator : AbstractValidator<UpdatePhoneNumberRequest>
{
    public UpdatePhoneNumberValidator()
    {
        RuleFor(phone => phone.Label).Is(Constraints.Text(0, PhoneNumber.MaxLabel));
        RuleFor(phone => phone.Country).NotCleared().Is(PhoneNumberRules.Country);
        RuleFor(phone => phone.Provider).NotCleared().Is(Constraints.Text(1, PhoneNumber.MaxProvider));
        RuleFor(phone => phone.Capabilities).NotCleared().Is(PhoneNumberRules.Capabilities);
        RuleFor(phone => phone.IsActive).NotCleared();
        RuleFor(phone => phone.IsDefault).NotCleared();
        RuleFor(phone => phone.InboundAssistantId).Is(Constraints.IdOf<InboundAssistant>());
    }
}
