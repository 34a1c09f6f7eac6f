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

    private readonly Dictionary<string, List<int>> _columns = [];

    /// <param name="mapping">Fields and the headings that hold them. A field that is none of the known ones is one of your own.</param>
    /// <exception cref="ToolException">There is no such heading.</exception>
    public Columns(Csv csv, IReadOnlyDictionary<string, string> mapping, IReadOnlyList<string> fields)
    {
        foreach (var (field, heading) in mapping)
        {
            var column = csv.Headings.ToList().FindIndex(known => known.Equals(heading, StringComparison.OrdinalIgnoreCase));
            _columns[field] = column >= 0 ? [column] : throw new ToolException($"--map {field}={heading}: the file has no such heading, but {string.Join(", ", csv.Headings)}");
        }

        foreach (var field in fields.Where(field => !mapping.ContainsKey(field)))
        {
            List<int> found = [.. from heading in s_known[field] from column in Enumerable.Range(0, csv.Headings.Count) where csv.Headings[column].Equals(heading, StringComparison.OrdinalIgnoreCase) select column];
            if (found.Count > 0)
            {
                _columns[field] = found;
            }
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

    /// <summary>A number as people write it, as far as it says its country: <c>00 44 (20) 7946-0000</c>. Of several, the first.</summary>
    public string ReadPhone(CsvLine line)
    {
        var text = Read(line, Phone).Split(" ::: ")[0];
        var plain = string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter) && letter is not ('(' or ')' or '-' or '.' or '/' or '\u2010' or '\u2011' or '\u2013')));
        return plain.StartsWith("00", StringComparison.Ordinal) ? $"+{plain[2..]}" : plain;
    }
}
