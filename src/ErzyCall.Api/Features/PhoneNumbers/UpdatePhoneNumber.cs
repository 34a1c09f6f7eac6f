using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>
/// Changes a phone number, all but the number itself. Calls that wait to be dialled from it are dialled with what it is then; from one that
/// is not active any more, or cannot call out, they fail. A carrier account that is new to the number is asked whether it has it, as when a
/// number is added. Making the number the default takes that from whichever was.
/// </summary>
internal static class UpdatePhoneNumber
{
    public static async Task<Ok<Data<PhoneNumberResponse>>> HandleAsync(
        Id<PhoneNumber> phoneNumberId,
        Patch<UpdatePhoneNumberRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        NumberLines lines,
        ErzyCallDbContext db,
        CancellationToken cancellationToken)
    {
        var change = patch.Value;
        var line = await FindLineAsync(phoneNumberId, change, caller, lines, db, cancellationToken);
        return await db.Database.InTransactionAsync(
            async () =>
            {
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
                (phone.Provider, phone.CarrierAccountId, phone.CarrierNumberId) =
                    line ?? new NumberLine(phone.Provider, phone.CarrierAccountId, phone.CarrierNumberId);
                phone.Capabilities = change.Capabilities.Value?.ToArray() ?? phone.Capabilities;
                phone.IsActive = change.IsActive.Value ?? phone.IsActive;
                phone.IsDefault = change.IsDefault.Value ?? phone.IsDefault;
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(PhoneNumberResponse.Of(phone)));
            },
            cancellationToken);
    }

    /// <summary>
    /// Finds the line that the number gets, before a transaction begins: a carrier is asked. <c>null</c> when it stays as it is.
    /// </summary>
    private static async Task<NumberLine?> FindLineAsync(
        Id<PhoneNumber> id,
        UpdatePhoneNumberRequest change,
        Caller caller,
        NumberLines lines,
        ErzyCallDbContext db,
        CancellationToken cancellationToken)
    {
        if (!change.Provider.IsPresent && !change.CarrierAccountId.IsPresent)
        {
            return null;
        }

        var phone = await db.PhoneNumbers.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("phone number"));

        // Whoever names the account that the number has, or its carrier, changes nothing, and no carrier is asked.
        var accountId = change.CarrierAccountId.IsPresent ? change.CarrierAccountId.Value?.Value
            : change.Provider.Value == phone.Provider ? phone.CarrierAccountId : null;
        return accountId is not null && accountId == phone.CarrierAccountId && change.Provider.Or(phone.Provider) == phone.Provider
            ? null
            : await lines.FindAsync(phone.Number, change.Provider.Or(null!), accountId, caller, cancellationToken);
    }
}

/// <summary>Changes of a phone number. A field that is left out stays as it is; <c>capabilities</c> are replaced whole.</summary>
/// <inheritdoc cref="PhoneNumberResponse"/>
internal sealed record UpdatePhoneNumberRequest
{
    public Optional<string> Label { get; init; }

    public Optional<string> Country { get; init; }

    public Optional<string> Provider { get; init; }

    /// <summary>The carrier account that the number belongs to, which is asked whether it has the number.</summary>
    public Optional<Given<Id<CarrierAccount>>> CarrierAccountId { get; init; }

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
        RuleFor(phone => phone.CarrierAccountId).Is(Constraints.IdOf<CarrierAccount>());
        RuleFor(phone => phone.Capabilities).NotCleared().Is(PhoneNumberRules.Capabilities);
        RuleFor(phone => phone.IsActive).NotCleared();
        RuleFor(phone => phone.IsDefault).NotCleared();
        RuleFor(phone => phone.InboundAssistantId).Is(Constraints.IdOf<InboundAssistant>());
    }
}
