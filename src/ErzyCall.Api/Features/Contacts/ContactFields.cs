using System.Linq.Expressions;
using System.Net.Mail;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>The fields of a contact beside its title and phone, the same by POST, PATCH and batch.</summary>
/// <inheritdoc cref="ContactResponse"/>
internal abstract record ContactFields
{
    public Optional<string> Email { get; init; }

    [Lines]
    public Optional<string> Notes { get; init; }

    public Optional<IReadOnlyList<string>> Tags { get; init; }

    /// <summary>The groups that the contact is to be in, and in no others. One that does not exist is 404.</summary>
    public Optional<IReadOnlyList<Given<Id<ContactGroup>>>> GroupIds { get; init; }

    public Optional<OrderedDictionary<string, string>> CustomFields { get; init; }

    /// <summary>Puts the contact's number on the do-not-call ledger, or in a PATCH takes it off.</summary>
    public Optional<OptOutRequest> OptOut { get; init; }

    /// <summary>Gives a contact what the request says. Its groups and the do-not-call ledger are not a part of it.</summary>
    public void ApplyTo(Contact contact)
    {
        contact.Email = Email.Or(contact.Email);
        contact.Notes = Notes.Or(contact.Notes);
        contact.Tags = Tags.Value is { } tags ? TagList.Distinct(tags) : contact.Tags;
        contact.CustomFields = CustomFields.Value ?? contact.CustomFields;
    }

    /// <summary>The groups that the contact is to be in, each once; <c>null</c> when the request does not say.</summary>
    public IReadOnlyList<Id<ContactGroup>>? ToGroups() => GroupIds.Value?.Select(id => id.Value).Distinct().ToList();
}

/// <summary>Enters the contact's number into the do-not-call ledger, or with <c>optedOut: false</c> in a PATCH lifts its entry.</summary>
internal sealed record OptOutRequest
{
    /// <summary>
    /// <c>true</c> enters the number. <c>false</c> lifts its entry in a PATCH that does not change the number; elsewhere it does nothing.
    /// </summary>
    public required bool? OptedOut { get; init; }

    /// <summary>Why the number is entered, in your own words. A number that is on the ledger already keeps its first reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>The constraints on the fields of a contact.</summary>
internal abstract partial class ContactFieldsValidator<T> : AbstractValidator<T>
    where T : ContactFields
{
    private const int MaxGroups = 50;
    private const int MaxCustomFields = 50;
    private const int MaxCustomValue = 1_000;

    /// <param name="isChange">
    /// Whether <c>null</c> is refused where a field cannot be cleared; for a contact that is made it is as if the field were left out.
    /// </param>
    protected void RuleForFields(bool isChange)
    {
        IRuleBuilder<T, Optional<TField>> RuleForKept<TField>(Expression<Func<T, Optional<TField>>> field) =>
            isChange ? RuleFor(field).NotCleared() : RuleFor(field);

        RuleFor(contact => contact.Email).Is(Constraints.Text(1, Contact.MaxEmail)
            .And(IsEmail, "Must be an email address", static limits => limits with { Format = "email" }));
        RuleFor(contact => contact.Notes).Is(Constraints.Lines(0, Contact.MaxNotes));
        RuleForKept(contact => contact.Tags).Is(TagList.Constraint);
        RuleForKept(contact => contact.GroupIds).Is(Constraints.ListOf(Constraints.IdOf<ContactGroup>(), MaxGroups));
        RuleForKept(contact => contact.CustomFields).Is(Constraints.Map(
            MaxCustomFields,
            Constraints.Matching(CustomFieldName(), "The name must be 1 to 64 characters without control characters"),
            Constraints.Text(0, MaxCustomValue)));
        RuleForKept(contact => contact.OptOut).Is(Constraints.Object(new OptOutValidator()));
    }

    private static bool IsEmail(string text) => MailAddress.TryCreate(text, out var address) && address.Address == text;

    [GeneratedRegex(@"^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\u0000-\u001F\u007F-\u009F\uD800-\uDFFF]){1,64}\z")]
    private static partial Regex CustomFieldName();
}

internal sealed class OptOutValidator : AbstractValidator<OptOutRequest>
{
    public OptOutValidator()
    {
        RuleFor(optOut => optOut.OptedOut).Required();
        RuleFor(optOut => optOut.Reason).Is(Constraints.Text(0, DoNotCallEntry.MaxReason));
    }
}
