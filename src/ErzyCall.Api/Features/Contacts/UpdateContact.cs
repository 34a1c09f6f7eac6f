using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// Changes the fields of a contact that are given, which is an event <c>contact.updated</c>. <c>null</c> clears <c>email</c> and
/// <c>notes</c>; arrays and <c>customFields</c> are replaced as a whole. A number that another contact has, in whatever form, is 409
/// <c>CONFLICT</c>. <c>optOut</c> with <c>optedOut: true</c> enters the number that the contact has afterwards into the do-not-call ledger;
/// <c>false</c> lifts its entry, but not when the number changes at the same time.
/// </summary>
/// <remarks>Whoever sends a whole form does not know what the ledger says of the new number.</remarks>
internal static class UpdateContact
{
    public static Task<Ok<Data<ContactResponse>>> HandleAsync(
        Id<Contact> contactId,
        Patch<UpdateContactRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        LedgerWriter ledger,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var contact = await db.LockOwnAsync(contactId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("contact"));
                await ifMatch.CheckAsync(
                    () => db.Contacts.Where(row => row.Id == contactId).Select(ContactResponse.From(db)).SingleAsync(cancellationToken));

                var change = patch.Value;
                var before = contact.Phone;
                var now = clock.Now();
                contact.Title = change.Title.Or(contact.Title);
                change.ApplyTo(contact);
                contact.UpdatedAt = now;
                if (change.Phone.Value is { Value: var phone } && phone.Text != before)
                {
                    phone.RefuseProblem("phone");
                    contact.Phone = phone.Text;
                    await db.RequireFreeNumberAsync(contact, cancellationToken);
                }

                await db.SaveChangesAsync(cancellationToken);

                if (change.ToGroups() is { } groups)
                {
                    await db.RequireGroupsAsync(groups, caller, cancellationToken);
                    await db.ContactGroupMembers.Where(member => member.ContactId == contactId).ExecuteDeleteAsync(cancellationToken);
                    await db.JoinGroupsAsync([.. groups.Select(group => (group, contactId))], cancellationToken);
                }

                if (change.OptOut.Value is { OptedOut: true } optOut)
                {
                    await ledger.EnterAsync(
                        caller.OrganizationId, contact.Phone, optOut.Reason, DoNotCallSource.Api, contact.Id, now, cancellationToken);
                }
                else if (change.OptOut.IsPresent && contact.CanonicalNumber == E164.CanonicalOf(before))
                {
                    await db.DoNotCallEntries.OwnedBy(caller).LiftAsync(contact.Phone, now, cancellationToken);
                }

                return TypedResults.Ok(Data.Of(await db.AddEventOfAsync(contact, ContactEvents.Updated, now, cancellationToken)));
            },
            cancellationToken);
}

/// <summary>What is to change of a contact: fields that are left out stay as they are.</summary>
/// <inheritdoc cref="CreateContactRequest"/>
internal sealed record UpdateContactRequest : ContactFields
{
    public Optional<string> Title { get; init; }

    public Optional<Given<E164>> Phone { get; init; }
}

internal sealed class UpdateContactValidator : ContactFieldsValidator<UpdateContactRequest>
{
    public UpdateContactValidator()
    {
        RuleFor(contact => contact.Title).NotCleared().Is(Constraints.Name(Contact.MaxTitle));
        RuleFor(contact => contact.Phone).NotCleared().Is(NumberConstraints.WellFormedPhone);
        RuleForFields(isChange: true);
    }
}
