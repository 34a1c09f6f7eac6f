using System.Reflection;
using PhoneNumbers;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>
/// What canonical forms hang on: the tables of libphonenumber and our own plans. Rows that another version has written are brought over by
/// <c>migrate</c>.
/// </summary>
internal static class NumberVersion
{
    public static string Current { get; } = $"{TablesOf(typeof(PhoneNumberUtil).Assembly)}/{NumberingPlans.Revision}";

    private static string TablesOf(Assembly library) =>
        library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}

/// <summary>A number as a row has it.</summary>
/// <param name="CanonicalNumber">As some version wrote it; <c>null</c> when none has yet.</param>
internal sealed record StoredNumber(Guid Id, string Phone, string? CanonicalNumber)
{
    /// <summary>As this version reads it.</summary>
    public string Canonical { get; } = E164.CanonicalOf(Phone);
}

internal static class StoredNumbers
{
    private const int BatchSize = 1_000;

    /// <summary>
    /// Reads all rows of a table in the order of their ids, and has those moved whose number is read otherwise than it is stored. Whoever
    /// is interrupted begins anew, and finds what has been moved in its place.
    /// </summary>
    /// <param name="readAsync">The next rows after an id, so many at most.</param>
    public static async Task BringOverAsync(
        Func<Guid, int, Task<List<StoredNumber>>> readAsync, Func<IReadOnlyList<StoredNumber>, Task> moveAsync)
    {
        var rows = await readAsync(Guid.Empty, BatchSize);
        while (rows.Count > 0)
        {
            if (rows.FindAll(row => row.Canonical != row.CanonicalNumber) is { Count: > 0 } changed)
            {
                await moveAsync(changed);
            }

            rows = await readAsync(rows[^1].Id, BatchSize);
        }
    }
}
