using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// Puts a number on the do-not-call ledger: 201. A number that is there already, in whatever form, keeps its entry: 200. Calls that wait
/// are stopped when they come up to be dialled; a call that rings is hung up.
/// </summary>
internal static class CreateDoNotCall
{
    public static Task<Results<Created<Data<DoNotCallResponse>>, Ok<Data<DoNotCallResponse>>>> HandleAsync(
        Body<CreateDoNotCallRequest> body,
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

internal sealed record CreateDoNotCallRequest
{
    public required Given<E164> Phone { get; init; }

    public string? Reason { get; init; }

    public DoNotCallNumber ToNumber() => new(Phone.Value.Text, Reason, ContactId: null);
}

internal sealed class CreateDoNotCallValidator : AbstractValidator<CreateDoNotCallRequest>
{
    public CreateDoNotCallValidator()
    {
        RuleFor(entry => entry.Phone).Required().Is(NumberConstraints.Phone);
        RuleFor(entry => entry.Reason).Is(Constraints.Text(0, DoNotCallEntry.MaxReason));
    }
}
