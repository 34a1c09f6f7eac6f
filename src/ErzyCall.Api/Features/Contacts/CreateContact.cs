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
/// Makes a contact, which is an event <c>contact.created</c>. A number that another contact has, in whatever form, is 409
/// <c>CONFLICT</c>. Whether the number may be called is for the do-not-call ledger to say: <c>optOut</c> with <c>optedOut: true</c> enters
/// it there, <c>false</c> lifts nothing.
/// </summary>
internal static class CreateContact
{
    public static Task<Created<Data<ContactResponse>>> HandleAsync(
        Body<CreateContactRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        LedgerWriter ledger,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var request = body.Value;
                var groups = request.ToGroups() ?? [];
                await db.RequireGroupsAsync(groups, caller, cancellationToken);

                var now = clock.Now();
                var contact = new Contact
                {
                    Id = Id<Contact>.New(now),
                    OrganizationId = caller.OrganizationId,
                    Title = request.Title,
                    Phone = request.Phone.Value.Text,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                request.ApplyTo(contact);
                await db.RequireFreeNumberAsync(contact, cancellationToken);
                db.Contacts.Add(contact);
                db.ContactGroupMembers.AddRange(groups.Select(group => ContactGroupMember.Of(group, contact)));
                await db.SaveChangesAsync(cancellationToken);
                if (request.OptOut.Value is { OptedOut: true } optOut)
                {
                    await ledger.EnterAsync(
                        caller.OrganizationId, contact.Phone, optOut.Reason, DoNotCallSource.Api, contact.Id, now, cancellationToken);
                }

                var response = await db.AddEventOfAsync(contact, ContactEvents.Created, now, cancellationToken);
                return TypedResults.Created($"{ApiPath.V1}/contacts/{contact.Id}", Data.Of(response));
            },
            cancellationToken);
}

/// <summary>The contact to be made.</summary>
/// <inheritdoc cref="ContactResponse"/>
internal sealed record CreateContactRequest : ContactFields
{
    public required string Title { get; init; }

    /// <summary>The number to call, of a length that its country uses. No other contact may have it, in whatever form.</summary>
    public required Given<E164> Phone { get; init; }
}

internal sealed class CreateContactValidator : ContactFieldsValidator<CreateContactRequest>
{
    public CreateContactValidator()
    {
        RuleFor(contact => contact.Title).Required().Is(Constraints.Name(Contact.MaxTitle));
        RuleFor(contact => contact.Phone).Required().Is(NumberConstraints.Phone);
        RuleForFields(isChange: false);
    }
}
