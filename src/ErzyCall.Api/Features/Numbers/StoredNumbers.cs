using System.Reflection;
using PhoneNumbers;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>
/// The version of canonical forms: that of libphonenumber's tables, and that of our own plans. <c>migrate</c> brings over rows that another
/// version has written.
/// </summary>
internal static class NumberVersion
{
    public static string Current { get; } = $"{TablesOf(typeof(PhoneNumberUtil).Assembly)}/{NumberingPlans.Revision}";

    private static string TablesOf(Assembly library) =>
        library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}

/// <summary>A number as a row has it.</summary>
/// <param name="CanonicalNumber">The canonical form that some version wrote; <c>null</c> when none has yet.</param>
internal sealed record StoredNumber(Guid Id, string Phone, string? CanonicalNumber)
{
    /// <summary>The canonical form that this version reads.</summary>
    public string Canonical { get; } = E164.CanonicalOf(Phone);
}

internal static class StoredNumbers
{
    private const int BatchSize = 1_000;

    /// <summary>
    /// Reads all rows of a table in the order of their ids, and has those rewritten whose canonical form is not the stored one. A run after
    /// an interrupted one begins anew, and finds what has been rewritten already.
    /// </summary>
    /// <param name="readAsync">Reads the next rows after an id, at most the given number of them.</param>
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
