using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// No contact gets a number that another one has, in whatever form. Contacts that turned out to have one number only when the forms of
/// their numbers became known (<see cref="BringContactsOver"/>) keep it, in turns: the unique index is over the number and the turn, and
/// whoever comes anew begins with turn 0.
/// </summary>
internal static class ContactNumbers
{
    /// <summary>Those who have a number, in whatever form: who writes it in this form first.</summary>
    public static IQueryable<Contact> WithNumber(this IQueryable<Contact> contacts, string phone)
    {
        var number = E164.CanonicalOf(phone);
        return contacts
            .Where(contact => contact.CanonicalNumber == number)
            .OrderByDescending(contact => contact.Phone == phone)
            .ThenBy(contact => contact.NumberTurn);
    }

    /// <summary>
    /// Two who get a number at once are told apart by the index. Beyond it this sees one whose turn is later, of whom the first is gone; of
    /// those no new ones come into being while servers run.
    /// </summary>
    /// <exception cref="ApiException"><c>CONFLICT</c>.</exception>
    public static async Task RequireFreeNumberAsync(this ErzyCallDbContext db, Contact contact, CancellationToken cancellationToken)
    {
        if (await db.Contacts.AnyAsync(
            other => other.OrganizationId == contact.OrganizationId
                && other.CanonicalNumber == contact.CanonicalNumber
                && other.Id != contact.Id,
            cancellationToken))
        {
            throw new ApiException(ApiError.Duplicate(Contact.PhoneTaken));
        }
    }
}
