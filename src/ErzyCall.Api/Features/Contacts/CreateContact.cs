using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>Makes a contact. Whether its number may be called is the ledger's word: <c>optOut</c> with <c>optedOut: true</c> enters it, <c>false</c> lifts nothing.</summary>
internal static class CreateContact
{
    public static Task<Created<Data<ContactResponse>>> HandleAsync(
        Body<CreateContactRequest> body, Caller caller, ErzyCallDbContext db, LedgerWriter ledger, TimeProvider clock, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var request = body.Value;
                var groups = ContactRules.GroupsOf(request.GroupIds);
                await db.RequireGroupsAsync(groups, caller, cancellationToken);

                var now = clock.Now();
                var contact = new Contact
                {
                    Id = Id<Contact>.New(now),
                    OrganizationId = caller.OrganizationId,
                    Title = request.Title!,
                    Phone = request.Phone!,
                    Email = request.Email,
                    Notes = request.Notes,
                    Tags = FieldRules.Distinct(request.Tags),
                    CustomFields = request.CustomFields ?? [],
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                await db.RequireFreeNumberAsync(contact, cancellationToken);
                db.Contacts.Add(contact);
                db.ContactGroupMembers.AddRange(groups.Select(group => ContactGroupMember.Of(group, contact)));
                await db.SaveChangesAsync(cancellationToken);
                if (request.OptOut is { OptedOut: true } optOut)
                {
                    await ledger.EnterAsync(caller.OrganizationId, contact.Phone, optOut.Reason, DoNotCallSource.Api, contact.Id, now, cancellationToken);
                }

                var response = await db.AddEventOfAsync(contact, ContactEvent.Created, now, cancellationToken);
                return TypedResults.Created($"{ApiPath.V1}/contacts/{contact.Id}", Data.Of(response));
            },
            cancellationToken);
}

internal sealed record CreateContactRequest
{
    public string? Title { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    [Lines]
    public string? Notes { get; init; }

    public IReadOnlyList<string?>? Tags { get; init; }

    public IReadOnlyList<string?>? GroupIds { get; init; }

    public OrderedDictionary<string, string>? CustomFields { get; init; }

    public OptOutRequest? OptOut { get; init; }
}

internal sealed class CreateContactValidator : AbstractValidator<CreateContactRequest>
{
    public CreateContactValidator()
    {
        RuleFor(contact => contact.Title).Required().Name(ContactRules.MaxTitle);
        RuleFor(contact => contact.Phone).Required().Phone();
        RuleFor(contact => contact.Email).Email();
        RuleFor(contact => contact.Notes).Lines(0, ContactRules.MaxNotes);
        RuleFor(contact => contact.Tags).Tags();
        RuleFor(contact => contact.GroupIds).GroupIds();
        RuleFor(contact => contact.CustomFields).CustomFields();
        RuleFor(contact => contact.OptOut).OptOut();
    }
}
