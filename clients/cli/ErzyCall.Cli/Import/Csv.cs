using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;

namespace ErzyCall.Cli.Import;

/// <summary>A table of texts with headings, as spreadsheets and address books write them.</summary>
internal sealed partial record Csv(IReadOnlyList<string> Headings, IReadOnlyList<CsvLine> Lines, string Fingerprint)
{
    private const int WindowsWestern = 1252;

    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>
    /// Reads a file. Comma, semicolon and tab are told apart by the first line; what is no UTF-8 is read as Windows and old Excel write it.
    /// </summary>
    /// <exception cref="ToolException">It is no such table.</exception>
    public static async Task<Csv> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new ToolException($"There is no file {path}.");
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new ToolException($"{path} is larger than 256 MiB. Cut it in pieces.");
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        var behind = 0;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true,
            DetectDelimiterValues = [",", ";", "\t"],
            IgnoreBlankLines = true,
            BadDataFound = _ => throw Unclosed(path, behind),
        };
        var content = Decode(bytes);
        if (Separator().Match(content) is { Success: true } told)
        {
            // Excel writes its separator into the first line, and expects it there.
            configuration.DetectDelimiter = false;
            configuration.Delimiter = told.Groups[1].Value;
            content = content[told.Length..];
        }

        using var text = new StringReader(content);
        using var parser = new CsvParser(text, configuration);
        try
        {
            if (!await parser.ReadAsync())
            {
                throw new ToolException($"{path} is empty.");
            }

            string[] headings = [.. parser.Record!.Select(static heading => heading.Trim())];
            var lines = new List<CsvLine>();
            behind = parser.RawRow;
            while (await parser.ReadAsync())
            {
                var record = parser.Record!;
                if (parser.RawRecord.Count('"') % 2 != 0)
                {
                    throw Unclosed(path, behind);
                }

                behind = parser.RawRow;
                if (!Array.TrueForAll(record, string.IsNullOrWhiteSpace))
                {
                    lines.Add(new CsvLine(FirstLine(parser), record));
                }
            }

            return new Csv(headings, lines, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
        catch (CsvHelperException broken)
        {
            throw new ToolException($"{path} cannot be read as a table at line {parser.RawRow}: {broken.Message.Split('\n')[0].Trim()}");
        }
    }

    /// <param name="behind">The line before the one with the quotation mark.</param>
    private static ToolException Unclosed(string path, int behind) =>
        new($"{path}: a quotation mark at line {behind + 1} is not closed. Everything behind it would be lost.");

    /// <summary>A record may have line breaks in it, and the parser counts up to its end.</summary>
    private static int FirstLine(CsvParser parser) => parser.RawRow - parser.RawRecord.Trim('\r', '\n').Count('\n');

    private static string Decode(byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(WindowsWestern)!.GetString(bytes);
        }
    }

    [GeneratedRegex(@"^sep=([,;\t])\r?\n")]
    private static partial Regex Separator();
}

/// <param name="Number">The line in the file, from 1 on.</param>
internal sealed record CsvLine(int Number, IReadOnlyList<string> Cells)
{
    public string Cell(int column) => column < Cells.Count ? Cells[column].Trim() : "";
}
