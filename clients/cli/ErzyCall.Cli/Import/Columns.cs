namespace ErzyCall.Cli.Import;

/// <summary>
/// Which columns of a table hold which field: told by <c>--map</c>, else by the headings that address books (Google, Outlook, HubSpot,
/// Apple) and people give them.
/// </summary>
internal sealed class Columns
{
    public const string Title = "title";
    public const string FirstName = "firstName";
    public const string LastName = "lastName";
    public const string Phone = "phone";
    public const string Email = "email";
    public const string Notes = "notes";
    public const string Tags = "tags";
    public const string Reason = "reason";

    /// <summary>The most likely heading first: of several columns, the first that has something counts.</summary>
    private static readonly Dictionary<string, string[]> s_known = new()
    {
        [Title] = ["title", "name", "full name", "display name", "contact name", "contact", "file as"],
        [FirstName] = ["first name", "firstname", "given name"],
        [LastName] = ["last name", "lastname", "family name", "surname"],
        [Phone] = ["phone", "phone number", "mobile phone number", "mobile phone", "mobile number", "mobile", "cell phone", "cell", "primary phone", "phone 1 - value", "phone 2 - value", "business phone", "work phone", "home phone", "telephone", "number"],
        [Email] = ["email", "e-mail", "email address", "e-mail address", "e-mail 1 - value", "email 1 - value"],
        [Notes] = ["notes", "note", "comments", "description"],
        [Tags] = ["tags", "labels", "group membership", "categories", "category"],
        [Reason] = ["reason", "why"],
    };

    /// <summary>What stands between several numbers in a cell.</summary>
    private static readonly string[] s_between = [" ::: ", ";", ",", "\n"];

    private readonly Dictionary<string, List<int>> _columns = [];

    /// <param name="mapping">Fields and the headings that hold them. A field that is none of the known ones is one of your own.</param>
    /// <param name="fields">The fields that are looked for.</param>
    /// <param name="hasOwn">Whether there may be others, of the organization's own.</param>
    /// <exception cref="ToolException">There is no such heading or field.</exception>
    public Columns(Csv csv, IReadOnlyDictionary<string, string> mapping, IReadOnlyList<string> fields, bool hasOwn)
    {
        foreach (var (given, heading) in mapping)
        {
            var field = s_known.Keys.FirstOrDefault(known => known.Equals(given, StringComparison.OrdinalIgnoreCase)) ?? given;
            if (!fields.Contains(field) && (s_known.ContainsKey(field) || !hasOwn))
            {
                throw new ToolException($"--map {given}={heading}: there is no field {given} here, but {string.Join(", ", fields)}");
            }

            var column = csv.Headings.ToList().FindIndex(known => known.Equals(heading, StringComparison.OrdinalIgnoreCase));
            _columns[field] = column >= 0 ? [column] : throw new ToolException($"--map {given}={heading}: the file has no such heading, but {string.Join(", ", csv.Headings)}");
        }

        foreach (var field in fields.Where(field => !_columns.ContainsKey(field)))
        {
            List<int> found = [.. from heading in s_known[field] from column in Enumerable.Range(0, csv.Headings.Count) where csv.Headings[column].Equals(heading, StringComparison.OrdinalIgnoreCase) select column];
            if (found.Count > 0)
            {
                _columns[field] = found;
            }
        }

        // Before a first name, a title is that of a person: Dr.
        if ((Has(FirstName) || Has(LastName)) && Has(Title) && !mapping.Keys.Contains(Title, StringComparer.OrdinalIgnoreCase))
        {
            _columns[Title].RemoveAll(column => csv.Headings[column].Equals(Title, StringComparison.OrdinalIgnoreCase));
        }

        Own = [.. mapping.Keys.Where(field => !s_known.ContainsKey(field))];
        Description = string.Join(", ", _columns.Select(one => $"{one.Key} = {string.Join(" or ", one.Value.Select(column => csv.Headings[column]))}"));
    }

    /// <summary>The fields that only this organization has.</summary>
    public IReadOnlyList<string> Own { get; }

    /// <summary>Which field is read from where.</summary>
    public string Description { get; }

    public bool Has(string field) => _columns.ContainsKey(field);

    public string Read(CsvLine line, string field) =>
        _columns.TryGetValue(field, out var columns) ? columns.Select(line.Cell).FirstOrDefault(static text => text.Length > 0) ?? "" : "";

    /// <summary>The numbers of a line, the most likely one first.</summary>
    public IReadOnlyList<string> ReadPhones(CsvLine line) =>
        [.. _columns[Phone].SelectMany(column => line.Cell(column).Split(s_between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(PhoneOf)];

    /// <summary>A number as people write it, as far as it says its country: <c>00 44 (20) 7946-0000</c>.</summary>
    private static string PhoneOf(string text)
    {
        var plain = string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter) && letter is not ('(' or ')' or '-' or '.' or '/' or '\u2010' or '\u2011' or '\u2013')));
        return plain.StartsWith("00", StringComparison.Ordinal) ? $"+{plain[2..]}" : plain;
    }
}
