using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// Keeps contacts from getting a number that another one has, in whatever form. Contacts that turned out to have one number only when the
/// forms of their numbers became known (<see cref="BringContactsOver"/>) keep it, in turns: the unique index is over the number and the
/// turn, and a new contact has turn 0.
/// </summary>
internal static class ContactNumbers
{
    /// <summary>The contacts that have a number, in whatever form: first the one that writes it in this form.</summary>
    public static IQueryable<Contact> WithNumber(this IQueryable<Contact> contacts, string phone)
    {
        var number = E164.CanonicalOf(phone);
        return contacts
            .Where(contact => contact.CanonicalNumber == number)
            .OrderByDescending(contact => contact.Phone == phone)
            .ThenBy(contact => contact.NumberTurn);
    }

    /// <summary>
    /// Refuses a number that another contact has. Of two contacts that get it at once, the unique index refuses one. This also sees a
    /// contact of a later turn whose first one is gone, which the index does not; no new ones come into being while servers run.
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
