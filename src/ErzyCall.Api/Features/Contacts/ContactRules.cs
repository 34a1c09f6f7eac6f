using System.Net.Mail;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>An entry into the do-not-call ledger, or with <c>optedOut: false</c> in a PATCH its lifting.</summary>
internal sealed record OptOutRequest
{
    public bool? OptedOut { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What the fields of a contact may be, whether they come by POST, PATCH or batch.</summary>
internal static partial class ContactRules
{
    public const int MaxTitle = 200;
    public const int MaxEmail = 320;
    public const int MaxNotes = 5_000;

    private const int MaxGroups = 50;
    private const int MaxCustomFields = 50;
    private const int MaxCustomValue = 1_000;

    public static void Email<T>(this IRuleBuilder<T, string?> rule) => rule
        .Text(1, MaxEmail)
        .Telling(new FieldLimits { Format = "email" })
        .Must(text => text is null || (MailAddress.TryCreate(text, out var address) && address.Address == text)).WithMessage("Must be an email address");

    public static void GroupIds<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) => rule.List(MaxGroups, id => id.IdOf<string, ContactGroup>());

    public static void CustomFields<T>(this IRuleBuilder<T, OrderedDictionary<string, string>?> rule) =>
        rule.StringMap(MaxCustomFields, CustomFieldName(), "The name must be 1 to 64 characters without control characters", MaxCustomValue);

    /// <param name="ids">Validated.</param>
    public static IReadOnlyList<Id<ContactGroup>> GroupsOf(IReadOnlyList<string?>? ids) => [.. (ids ?? []).Select(id => Id<ContactGroup>.Parse(id!)).Distinct()];

    public static void OptOut<T>(this IRuleBuilder<T, OptOutRequest?> rule) => rule.SetValidator(new OptOutValidator()!);

    [GeneratedRegex(@"^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\u0000-\u001F\u007F-\u009F\uD800-\uDFFF]){1,64}\z")]
    private static partial Regex CustomFieldName();

    private sealed class OptOutValidator : AbstractValidator<OptOutRequest>
    {
        public OptOutValidator()
        {
            RuleFor(optOut => optOut.OptedOut).Required();
            RuleFor(optOut => optOut.Reason).Text(0, DoNotCall.DoNotCallEntry.MaxReason);
        }
    }
}
