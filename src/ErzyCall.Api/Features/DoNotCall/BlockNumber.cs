using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// Puts a number on the do-not-call ledger: 201. A number that is there already, in whatever form, keeps its entry: 200. Once you have the
/// answer, no call and no message leaves for the number any more; what was on its way is waited for, five seconds at most. Calls and
/// messages that wait fail as <c>contact-opted-out</c> when they come up to be dialled or sent. A call that rings is hung up; one that was
/// answered goes on.
/// </summary>
internal static class BlockNumber
{
    public static Task<Results<Created<Data<DoNotCallResponse>>, Ok<Data<DoNotCallResponse>>>> HandleAsync(
        Body<BlockNumberRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        LedgerWriter ledger,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync<Results<Created<Data<DoNotCallResponse>>, Ok<Data<DoNotCallResponse>>>>(
            async () =>
            {
                var number = body.Value.ToNumber();
                var entered = await ledger.EnterAndReadAsync(
                    caller.OrganizationId, [number], DoNotCallSource.Api, clock.Now(), cancellationToken);
                var (entry, isNew) = entered[number.Canonical];
                var data = Data.Of(DoNotCallResponse.Of(entry));
                return isNew
                    ? TypedResults.Created($"{ApiPath.V1}/do-not-call/{Uri.EscapeDataString(entry.Phone)}", data)
                    : TypedResults.Ok(data);
            },
            cancellationToken);
}

/// <summary>The number that must not be called or messaged.</summary>
internal sealed record BlockNumberRequest
{
    /// <summary>The number, of a length that its country uses. Every other form of it is meant as well.</summary>
    public required Given<E164> Phone { get; init; }

    /// <summary>
    /// Why the number is entered, in your own words; it may be left out. A number that is on the ledger already keeps its first reason.
    /// </summary>
    public string? Reason { get; init; }

    public DoNotCallNumber ToNumber() => new(Phone.Value.Text, Reason, ContactId: null);
}

internal sealed class BlockNumberValidator : AbstractValidator<BlockNumberRequest>
{
    public BlockNumberValidator()
    {
        RuleFor(entry => entry.Phone).Required().Is(NumberConstraints.Phone);
        RuleFor(entry => entry.Reason).Is(Constraints.Text(0, DoNotCallEntry.MaxReason));
    }
}
