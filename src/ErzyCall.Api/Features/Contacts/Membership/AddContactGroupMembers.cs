using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts.Membership;

/// <summary>
/// Adds contacts to a group: all of them, or none when one does not exist (404). One that is in the group already stays in it. This is no
/// event of the contacts.
/// </summary>
internal static class AddContactGroupMembers
{
    public static Task<Ok<Data<ContactGroupResponse>>> HandleAsync(
        Id<ContactGroup> groupId,
        Body<AddContactGroupMembersRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                _ = await db.LockOwnAsync(groupId, caller, cancellationToken) ?? throw new ApiException(ApiError.NotFound("contact group"));

                var contacts = body.Value.ContactIds.Select(id => id.Value).Distinct().ToList();
                var known = await db.Contacts.OwnedBy(caller).CountAsync(contact => contacts.Contains(contact.Id), cancellationToken);
                if (known < contacts.Count)
                {
                    throw new ApiException(ApiError.NotFound("contact"));
                }

                await db.JoinGroupsAsync([.. contacts.Select(contact => (groupId, contact))], cancellationToken);
                return TypedResults.Ok(Data.Of(await db.ShowGroupAsync(groupId, caller, cancellationToken)));
            },
            cancellationToken);
}

/// <summary>The contacts to be added to a group.</summary>
internal sealed record AddContactGroupMembersRequest
{
    /// <summary>The ids of the contacts. One that comes twice counts once.</summary>
    public required IReadOnlyList<Given<Id<Contact>>> ContactIds { get; init; }
}

internal sealed class AddContactGroupMembersValidator : AbstractValidator<AddContactGroupMembersRequest>
{
    private const int MaxContacts = 1_000;

    public AddContactGroupMembersValidator()
    {
        var none = $"Must name 1 to {MaxContacts} contacts";
        RuleFor(members => members.ContactIds).Required(none).Is(
            Constraints.ListOf(Constraints.IdOf<Contact>(), MaxContacts)
                .And(static ids => ids.Count > 0, none, static limits => limits with { MinCount = 1 }));
    }
}
