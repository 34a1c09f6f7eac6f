using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>Deletes a phone number. While a call from it waits to be dialled, it cannot be deleted: 409.</summary>
internal static class DeletePhoneNumber
{
    public static Task<NoContent> HandleAsync(
        Id<PhoneNumber> phoneNumberId, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var phone = await db.LockOwnAsync(phoneNumberId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("phone number"));
                ifMatch.Check(PhoneNumberResponse.Of(phone));
                db.PhoneNumbers.Remove(phone);

                // The trigger phone_numbers_guard_waiting_calls refuses it while a call from the number waits.
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
