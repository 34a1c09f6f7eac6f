using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>
/// Changes the name or the description of a contact group; <c>null</c> clears the description. A name that another group has is 409
/// <c>CONFLICT</c>.
/// </summary>
internal static class UpdateContactGroup
{
    public static Task<Ok<Data<ContactGroupResponse>>> HandleAsync(
        Id<ContactGroup> groupId,
        Patch<UpdateContactGroupRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var group = await db.LockOwnAsync(groupId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("contact group"));
                await ifMatch.CheckAsync(() => db.ShowGroupAsync(groupId, caller, cancellationToken));

                var change = patch.Value;
                group.Name = change.Name.Or(group.Name);
                group.Description = change.Description.Or(group.Description);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(await db.ShowGroupAsync(groupId, caller, cancellationToken)));
            },
            cancellationToken);
}

/// <summary>What is to change of a contact group: fields that are left out stay as they are.</summary>
/// <inheritdoc cref="ContactGroupResponse"/>
internal sealed record UpdateContactGroupRequest
{
    public Optional<string> Name { get; init; }

    [Lines]
    public Optional<string> Description { get; init; }
}

internal sealed class UpdateContactGroupValidator : AbstractValidator<UpdateContactGroupRequest>
{
    public UpdateContactGroupValidator()
    {
        RuleFor(group => group.Name).NotCleared().Is(Constraints.Name(ContactGroup.MaxName));
        RuleFor(group => group.Description).Is(Constraints.Lines(0, ContactGroup.MaxDescription));
    }
}
