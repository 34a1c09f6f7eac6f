using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>
/// Makes a contact group, without contacts. A name that another group has is 409 <c>CONFLICT</c>, also when the two differ only in the way
/// their accents are composed or in characters that nobody sees.
/// </summary>
[Example("""{"contactCount":0}""")]
internal static class CreateContactGroup
{
    public static async Task<Created<Data<ContactGroupResponse>>> HandleAsync(
        Body<CreateContactGroupRequest> body, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var group = new ContactGroup
        {
            Id = Id<ContactGroup>.New(now),
            OrganizationId = caller.OrganizationId,
            Name = body.Value.Name,
            Description = body.Value.Description,
            CreatedAt = now,
        };
        db.ContactGroups.Add(group);
        await db.SaveChangesAsync(cancellationToken);
        var response = new ContactGroupResponse(group.Id, group.Name, group.Description, ContactCount: 0, group.CreatedAt);
        return TypedResults.Created($"{ApiPath.V1}/contact-groups/{group.Id}", Data.Of(response));
    }
}

/// <summary>The contact group to be made.</summary>
/// <inheritdoc cref="ContactGroupResponse"/>
internal sealed record CreateContactGroupRequest
{
    public required string Name { get; init; }

    [Lines]
    public string? Description { get; init; }
}

internal sealed class CreateContactGroupValidator : AbstractValidator<CreateContactGroupRequest>
{
    public CreateContactGroupValidator()
    {
        RuleFor(group => group.Name).Required().Is(Constraints.Name(ContactGroup.MaxName));
        RuleFor(group => group.Description).Is(Constraints.Lines(0, ContactGroup.MaxDescription));
    }
}
