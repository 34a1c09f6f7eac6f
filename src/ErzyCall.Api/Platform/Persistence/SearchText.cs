using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// The functions by which searches compare texts. They are for queries only: they are the database's, whose indexes use them too.
/// </summary>
internal static class SearchText
{
    /// <summary>
    /// The text in lower case, without accents, ligatures, full-width forms and other variants of the same letters: <c>José</c> and
    /// <c>JOSE</c> become alike.
    /// </summary>
    public static string Fold(string text) => throw new UnreachableException();

    /// <summary>The <c>LIKE</c> pattern of texts that have this one, folded, somewhere inside.</summary>
    public static string Inside(string text) => throw new UnreachableException();

    public static void AddTo(IMutableModel model)
    {
        // The extension has the operators of the indexes.
        model.GetOrAddPostgresExtension(null, "pg_trgm", null);
        model.AddDbFunction(((Func<string, string>)Fold).Method).Name = "search_fold";
        model.AddDbFunction(((Func<string, string>)Inside).Method).Name = "search_inside";
    }
}
