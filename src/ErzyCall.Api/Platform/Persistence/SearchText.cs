using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// How texts are compared when somebody searches. For queries only: these are functions of the database, which its indexes use too.
/// </summary>
internal static class SearchText
{
    /// <summary>
    /// In lower case, without accents, ligatures, full-width forms and other variants of the same letters: <c>José</c> and <c>JOSE</c>
    /// alike.
    /// </summary>
    public static string Fold(string text) => throw new UnreachableException();

    /// <summary>The pattern of what has a text, folded, somewhere inside.</summary>
    public static string Inside(string text) => throw new UnreachableException();

    public static void AddTo(IMutableModel model)
    {
        // The operators of the indexes are its.
        model.GetOrAddPostgresExtension(null, "pg_trgm", null);
        model.AddDbFunction(((Func<string, string>)Fold).Method).Name = "search_fold";
        model.AddDbFunction(((Func<string, string>)Inside).Method).Name = "search_inside";
    }
}
