namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>Texts of Meta's or of a customer's, cut to the length that is kept.</summary>
internal static class MetaText
{
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
