namespace ErzyCall.Api.Commands;

/// <summary>Finds the known word that may have been meant by an unknown one.</summary>
internal static class Nearest
{
    /// <summary>Says in one sentence that a word is unknown, with the nearest known one if there is any.</summary>
    public static string Describe(string kind, string unknown, IEnumerable<string> known) =>
        known.MinBy(word => Distance(unknown.ToUpperInvariant(), word.ToUpperInvariant())) is { } nearest
            ? $"There is no {kind} '{unknown}'. Did you mean '{nearest}'?"
            : $"There is no {kind} '{unknown}'.";

    /// <summary>The number of letters that have to be put in, taken away, replaced or exchanged with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1][];
        for (var i = 0; i <= from.Length; i++)
        {
            rows[i] = new int[to.Length + 1];
            for (var j = 0; j <= to.Length; j++)
            {
                rows[i][j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    rows[i][j] = Math.Min(rows[i][j], rows[i - 2][j - 2] + 1);
                }
            }
        }

        return rows[from.Length][to.Length];
    }
}
