using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// Changes a contact. <c>optOut</c> with <c>optedOut: true</c> enters the number that the contact has afterwards into the ledger; <c>false</c> lifts it, but never
/// that of a number which the contact gets by the same change: whoever sends a whole form does not know what the ledger says of the new number.
/// </summary>
internal static class UpdateContact
{
    public static Task<Ok<Data<ContactResponse>>> HandleAsync(
        Id<Contact> contactId, Patch<UpdateContactRequest> patch, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, LedgerWriter ledger, TimeProvider clock, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var contact = await db.LockOwnAsync(contactId, caller, cancellationToken) ?? throw new ApiException(ApiError.NotFound("contact"));
                await ifMatch.CheckAsync(() => db.Contacts.Where(row => row.Id == contactId).Select(ContactResponse.From(db)).SingleAsync(cancellationToken));

                var change = patch.Value;
                var before = contact.Phone;
                var now = clock.Now();
                contact.Title = change.Title.Or(contact.Title);
                contact.Email = change.Email.Or(contact.Email);
                contact.Notes = change.Notes.Or(contact.Notes);
                contact.Tags = change.Tags.IsPresent ? FieldRules.Distinct(change.Tags.Value) : contact.Tags;
                contact.CustomFields = change.CustomFields.Value ?? contact.CustomFields;
                contact.UpdatedAt = now;
                if (change.Phone.Or(before) is var phone && phone != before)
                {
                    NumberRules.RefuseMisfit("phone", phone);
                    contact.Phone = phone;
                    await db.RequireFreeNumberAsync(contact, cancellationToken);
                }

                await db.SaveChangesAsync(cancellationToken);

                if (change.GroupIds.IsPresent)
                {
                    var groups = ContactRules.GroupsOf(change.GroupIds.Value);
                    await db.RequireGroupsAsync(groups, caller, cancellationToken);
                    await db.ContactGroupMembers.Where(member => member.ContactId == contactId).ExecuteDeleteAsync(cancellationToken);
                    await db.JoinGroupsAsync([.. groups.Select(group => (group, contactId))], cancellationToken);
                }

                if (change.OptOut.Value is { OptedOut: true } optOut)
                {
                    await ledger.EnterAsync(caller.OrganizationId, contact.Phone, optOut.Reason, DoNotCallSource.Api, contact.Id, now, cancellationToken);
                }
                else if (change.OptOut.IsPresent && contact.CanonicalNumber == E164.CanonicalOf(before))
                {
                    await db.DoNotCallEntries.OwnedBy(caller).LiftAsync(contact.Phone, now, cancellationToken);
                }

                return TypedResults.Ok(Data.Of(await db.AddEventOfAsync(contact, ContactEvent.Updated, now, cancellationToken)));
            },
            cancellationToken);
}

internal sealed record UpdateContactRequest
{
    public Optional<string> Title { get; init; }

    public Optional<string> Phone { get; init; }

    public Optional<string> Email { get; init; }

    [Lines]
    public Optional<string> Notes { get; init; }

    public Optional<IReadOnlyList<string?>> Tags { get; init; }

    public Optional<IReadOnlyList<string?>> GroupIds { get; init; }

    public Optional<OrderedDictionary<string, string>> CustomFields { get; init; }

    public Optional<OptOutRequest> OptOut { get; init; }
}

internal sealed class UpdateContactValidator : AbstractValidator<UpdateContactRequest>
{
    public UpdateContactValidator()
    {
        RuleFor(contact => contact.Title).NotCleared();
        RuleFor(contact => contact.Title.Value).Name(ContactRules.MaxTitle);
        RuleFor(contact => contact.Phone).NotCleared();
        RuleFor(contact => contact.Phone.Value).WellFormedPhone();
        RuleFor(contact => contact.Email.Value).Email();
        RuleFor(contact => contact.Notes.Value).Lines(0, ContactRules.MaxNotes);
        RuleFor(contact => contact.Tags).NotCleared();
        RuleFor(contact => contact.Tags.Value).Tags();
        RuleFor(contact => contact.GroupIds).NotCleared();
        RuleFor(contact => contact.GroupIds.Value).GroupIds();
        RuleFor(contact => contact.CustomFields).NotCleared();
        RuleFor(contact => contact.CustomFields.Value).CustomFields();
        RuleFor(contact => contact.OptOut).NotCleared();
        RuleFor(contact => contact.OptOut.Value).OptOut();
    }
}
