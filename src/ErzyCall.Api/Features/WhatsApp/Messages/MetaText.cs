namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>Text of Meta's, or of a customer's, as far as it is kept.</summary>
internal static class MetaText
{
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
