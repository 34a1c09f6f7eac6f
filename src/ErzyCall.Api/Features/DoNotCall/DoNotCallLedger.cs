using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>What can be asked of the ledger and done to it. Every path to a phone asks it.</summary>
internal static class DoNotCallLedger
{
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries) => entries.Where(entry => entry.LiftedAt == null);

    /// <summary>The entry in force of a number, if there is one, in whatever form either is written.</summary>
    public static IQueryable<DoNotCallEntry> InForce(this IQueryable<DoNotCallEntry> entries, string phone) =>
        entries.InForce().Where(entry => entry.CanonicalPhone == PhoneForms.Canonical(phone));

    /// <summary>Which of these numbers must not be called or messaged.</summary>
    public static async Task<IReadOnlySet<string>> BlockedAsync(
        this IQueryable<DoNotCallEntry> entries, IReadOnlyCollection<string> phones, CancellationToken cancellationToken)
    {
        var asked = phones.Select(PhoneForms.Canonical).ToHashSet();
        var blocked = await entries.InForce().Where(entry => asked.Contains(entry.CanonicalPhone)).Select(entry => entry.CanonicalPhone).ToHashSetAsync(cancellationToken);
        return phones.Where(phone => blocked.Contains(PhoneForms.Canonical(phone))).ToHashSet();
    }

    /// <summary>Lifts the entry of a number; it stays as history.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> LiftAsync(this IQueryable<DoNotCallEntry> entries, string phone, DateTimeOffset now, CancellationToken cancellationToken) =>
        await entries.InForce(phone).ExecuteUpdateAsync(entry => entry.SetProperty(row => row.LiftedAt, now), cancellationToken) > 0;
}
