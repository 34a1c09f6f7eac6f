namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>The words by which a customer asks to be left alone.</summary>
internal static class StopWord
{
    private static readonly string[] s_words = ["STOP", "UNSUBSCRIBE"];

    /// <summary>Whether a message is such a word and nothing else but space and punctuation around it.</summary>
    public static bool Is(string text)
    {
        var word = text.AsSpan().Trim().Trim(".!\"'");
        foreach (var stop in s_words)
        {
            if (word.Trim().Equals(stop, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
