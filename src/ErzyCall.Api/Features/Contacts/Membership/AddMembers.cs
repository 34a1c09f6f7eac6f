using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Contacts.Membership;

/// <summary>Adds contacts to a group: all of them, or with one that is not there none. One that is in it already stays in it.</summary>
internal static class AddMembers
{
    public static Task<Ok<Data<ContactGroupResponse>>> HandleAsync(
        Id<ContactGroup> groupId, Body<AddMembersRequest> body, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                _ = await db.LockOwnAsync(groupId, caller, cancellationToken) ?? throw new ApiException(ApiError.NotFound("contact group"));

                var contacts = body.Value.ContactIds!.Select(id => Id<Contact>.Parse(id!)).Distinct().ToList();
                if (await db.Contacts.OwnedBy(caller).CountAsync(contact => contacts.Contains(contact.Id), cancellationToken) < contacts.Count)
                {
                    throw new ApiException(ApiError.NotFound("contact"));
                }

                await db.JoinGroupsAsync([.. contacts.Select(contact => (groupId, contact))], cancellationToken);
                return TypedResults.Ok(Data.Of(await db.ShowGroupAsync(groupId, caller, cancellationToken)));
            },
            cancellationToken);
}

internal sealed record AddMembersRequest
{
    public IReadOnlyList<string?>? ContactIds { get; init; }
}

internal sealed class AddMembersValidator : AbstractValidator<AddMembersRequest>
{
    public const int MaxContacts = 1_000;

    public AddMembersValidator() => RuleFor(members => members.ContactIds)
        .Telling(new FieldLimits { RefusesNull = true, MinCount = 1 })
        .Must(ids => ids?.Count > 0).WithMessage($"Must name 1 to {MaxContacts} contacts")
        .List(MaxContacts, id => id.IdOf<string, Contact>());
}
