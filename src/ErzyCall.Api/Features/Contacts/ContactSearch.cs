using System.Diagnostics;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// A text that somebody types to find a contact. It is compared with titles and emails as PostgreSQL has folded them (lower case, without
/// accents), and with phone numbers when it looks like a part of one.
/// </summary>
/// <remarks>
/// The columns that are searched: <see cref="Title"/> and <see cref="Email"/> folded, in ordinary indexes that find what is equal or begins
/// so; <see cref="Words"/>, the words of both with one space before and behind each, in a trigram index that finds the rest. A text without
/// a word of three letters has nothing for that index; it is looked for among the few rows that have marks next to each other
/// (<see cref="HasMarks"/>).
/// </remarks>
/// <param name="Folded">The text as it was typed, folded.</param>
/// <param name="InWords">
/// The text's words as they stand in <see cref="Words"/>, without the space before and behind; empty for <c>%%</c>.
/// </param>
/// <param name="IsMarked">Whether the text has marks (<see cref="HasMarks"/>): then whatever contains it has them too.</param>
/// <param name="PhonePart">
/// The digits, with <c>+</c> before them if the text begins so; <c>null</c> when it is no part of a phone number.
/// </param>
internal sealed partial record ContactSearch(string Folded, string InWords, bool IsMarked, string? PhonePart)
{
    public const string Title = "SearchTitle";
    public const string Email = "SearchEmail";
    public const string Words = "SearchWords";

    /// <summary>The name of <see cref="HasMarks"/> in the database.</summary>
    public const string HasMarksFunction = "search_has_marks";

    /// <summary>
    /// How much of a folded title is kept, in characters: as much as is sure to fit into an index, three times what a title may have. Some
    /// characters fold into several.
    /// </summary>
    public const int IndexedTitle = 600;

    /// <summary>
    /// How much of a folded email is found by its beginning, in characters: as much as is sure to fit into an index. The rest is found by
    /// its words.
    /// </summary>
    public const int IndexedEmail = 200;

    public const int MaxLength = 200;

    /// <summary>A trigram index needs three characters to find anything inside of a word.</summary>
    public const int MinInside = 3;

    /// <summary>The shortest word that is found despite a typo: nearly all shorter ones are one typo away from another.</summary>
    private const int MinTypoWord = 5;

    /// <summary>
    /// The longest word in which typos are looked for: longer ones are hardly names, and the expression for all of a word's typos grows
    /// with the square of its length.
    /// </summary>
    private const int MaxTypoWord = 20;

    private const int MaxTypoWords = 4;

    /// <summary>
    /// The longest time to look for typos: a search that is bound to find little must not keep the database from everybody else.
    /// </summary>
    private static readonly TimeSpan s_longestTypoSearch = TimeSpan.FromMilliseconds(500);

    /// <summary>Folds a text as the columns are folded, by the same functions.</summary>
    public static async Task<ContactSearch> OfAsync(string text, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var (folded, inWords, isMarked) = await db.AskAsync(
            $"""
             SELECT search_fold({text}), btrim(search_words(search_fold({text}))), search_has_marks(search_fold({text}))
             """,
            row => (row.GetString(0), row.GetString(1), row.GetBoolean(2)),
            cancellationToken);
        return new ContactSearch(folded, inWords, isMarked, PhonePartOf(folded));
    }

    /// <summary>
    /// Whether a folded text has a mark (neither letter, digit nor space) behind another mark or a space, or three marks or spaces in a
    /// row. Few titles and emails have, and there is an index of those.
    /// </summary>
    /// <remarks>For queries only: it is a function of the database.</remarks>
    public static bool HasMarks(string folded) => throw new UnreachableException();

    /// <summary>Those of the contacts that contain the text anywhere.</summary>
    public IQueryable<Contact> Filter(IQueryable<Contact> contacts)
    {
        if (IsBlank)
        {
            return contacts.Where(_ => false);
        }

        if (PhonePart is not null)
        {
            var part = PhonePattern;
            return contacts.Where(contact => EF.Functions.Like(contact.Phone, part));
        }

        if (InWords.Length > 0)
        {
            var words = InsidePattern;
            contacts = contacts.Where(
                contact => EF.Functions.Like(EF.Property<string>(contact, Words), words, LikePattern.EscapeCharacter));
        }

        if (IsLiteral)
        {
            var text = $"%{LikePattern.Literally(Folded)}%";
            contacts = contacts.Where(contact =>
                EF.Functions.Like(EF.Property<string>(contact, Title), text, LikePattern.EscapeCharacter)
                || EF.Functions.Like(EF.Property<string>(contact, Email), text, LikePattern.EscapeCharacter));
        }

        if (IsFoundByMarks)
        {
            contacts = contacts.Where(contact =>
                HasMarks(EF.Property<string>(contact, Title))
                || HasMarks(EF.Property<string>(contact, Email)));
        }

        return contacts;
    }

    /// <summary>
    /// The contacts that match best, best first: equal to the text, beginning with it, with a word that begins with it, with it inside.
    /// With a typo, when that does not fill the list.
    /// </summary>
    public async Task<List<ContactListItem>> FindAsync(Caller caller, int limit, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        if (IsBlank)
        {
            return [];
        }

        var organization = caller.OrganizationId.Value;
        var ranked = PhonePart is null ? ByText(organization, limit, db) : ByPhone(organization, limit, db);
        var found = await ReadAsync(ranked, db, cancellationToken);
        if (PhonePart is null && found.Count < limit && Mistyped().ToList() is { Count: > 0 } typos)
        {
            await AddMistypedAsync(found, typos, organization, limit, db, cancellationToken);
        }

        return found;
    }

    /// <summary>Reads contacts, the best first.</summary>
    private static Task<List<ContactListItem>> ReadAsync(
        IQueryable<RankedContact> ranked, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        ranked.Join(db.Contacts, row => row.Id, contact => contact.Id, (row, contact) => new { row.Rank, Contact = contact })
            .OrderBy(row => row.Rank)
            .Select(row => row.Contact)
            .Select(ContactListItem.From(db))
            .ToListAsync(cancellationToken);

    private IQueryable<RankedContact> ByText(Guid organization, int limit, ErzyCallDbContext db)
    {
        var begins = $"{LikePattern.Literally(Folded)}%";
        var wordBegins = $"% {LikePattern.Literally(InWords)}%";
        var literal = IsLiteral ? $"%{LikePattern.Literally(Folded)}%" : "%";
        var hasWords = InWords.Length > 0;
        var looksInside = PlainText.Length(Folded) >= MinInside;
        return db.Set<RankedContact>()
            .FromSql(
                $"""
                 SELECT id, rank FROM find_contacts(
                   {organization}, {Folded}, {begins}, {wordBegins}, {InsidePattern}, {literal}, {hasWords}, {looksInside},
                   {IsFoundByMarks}, {limit})
                 """)
            .TagWith(PreparedStatements.Tag);
    }

    private static async Task AddMistypedAsync(
        List<ContactListItem> found,
        List<(string Typo, string[] Others)> typos,
        Guid organization,
        int limit,
        ErzyCallDbContext db,
        CancellationToken cancellationToken)
    {
        // A timeout undoes nothing but the setting of the limit itself.
        const string Savepoint = "typos";
        var snapshot = db.Database.CurrentTransaction!;
        await snapshot.CreateSavepointAsync(Savepoint, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"SELECT set_config('statement_timeout', {$"{s_longestTypoSearch.TotalMilliseconds}ms"}, true)",
            cancellationToken);
        try
        {
            foreach (var (typo, others) in typos)
            {
                // The longest word stands by itself, because an index is asked for one pattern and not for an array of them.
                var longest = others.MaxBy(other => other.Length) ?? "%";
                var known = found.ConvertAll(contact => contact.Id.Value);
                var ranked = db.Set<RankedContact>().FromSql(
                    $"""
                     SELECT id, row_number() OVER () AS rank FROM (
                       SELECT id FROM contacts
                       WHERE organization_id = {organization} AND search_words ~ {typo} AND ({longest} = '%' OR search_words LIKE {longest})
                         AND search_words LIKE ALL ({others}) AND NOT id = ANY ({known})
                       ORDER BY created_at DESC, id DESC LIMIT {limit - found.Count}) AS ranked
                     """);
                found.AddRange(await ReadAsync(ranked, db, cancellationToken));
            }
        }
        catch (Exception broken) when (DatabaseFailure.IsTimeout(broken))
        {
        }

        await snapshot.RollbackToSavepointAsync(Savepoint, cancellationToken);
    }

    private IQueryable<RankedContact> ByPhone(Guid organization, int limit, ErzyCallDbContext db)
    {
        var number = $"+{PhonePart!.TrimStart('+')}";
        return db.Set<RankedContact>()
            .FromSql($"SELECT id, rank FROM find_contacts_by_phone({organization}, {number}, {PhonePattern}, {limit})")
            .TagWith(PreparedStatements.Tag);
    }

    /// <summary>
    /// The pattern of phone numbers with these digits: at the beginning when there is a plus sign, since only the beginning has one.
    /// </summary>
    private string PhonePattern => PhonePart!.StartsWith('+') ? $"{PhonePart}%" : $"%{PhonePart}%";

    /// <summary>
    /// Whether nothing of the text is left: it was spaces, or accents without a letter. Every contact has that, so none is meant.
    /// </summary>
    private bool IsBlank => Folded.All(character => character == ' ');

    /// <summary>Whether the text has more than words and the spaces between them: then a contact must have more than the words.</summary>
    private bool IsLiteral => Folded.Trim(' ') != InWords;

    /// <summary>
    /// The pattern of the words anywhere. Where the text has something else before the first or behind the last word, that word begins or
    /// ends there, so the pattern has a space: it gives the index more to look for.
    /// </summary>
    private string InsidePattern
    {
        get
        {
            var begins = IsLiteral && InWords.Length > 0 && Folded[0] != InWords[0];
            var ends = IsLiteral && InWords.Length > 0 && Folded[^1] != InWords[^1];
            return $"%{(begins ? " " : "")}{LikePattern.Literally(InWords)}{(ends ? " " : "")}%";
        }
    }

    /// <summary>Whether the text's words are too short for a trigram, but its marks tell where to look.</summary>
    private bool IsFoundByMarks => IsLiteral && IsMarked && InWords.Split(' ').All(word => word.Length < MinInside);

    /// <summary>
    /// For each of the first words, two things. One is a regular expression of all words of five letters or more from which one typo makes
    /// it (a letter too many, too few, another, or two of them swapped); the index takes the trigrams out of it that must be there. The
    /// other is the patterns of the other words, which must begin as they were typed.
    /// </summary>
    private IEnumerable<(string Typo, string[] Others)> Mistyped()
    {
        var words = InWords.Split(' ');
        for (var i = 0; i < Math.Min(words.Length, MaxTypoWords); i++)
        {
            if (words[i].Length is >= MinTypoWord - 1 and <= MaxTypoWord && words[i].All(char.IsLetter))
            {
                var meant = OneTypoFrom(words[i]).Where(word => word.Length >= MinTypoWord).Distinct(StringComparer.Ordinal);
                yield return ($" ({string.Join('|', meant)}) ", [.. words.Where((_, other) => other != i).Select(word => $"% {word}%")]);
            }
        }
    }

    private static IEnumerable<string> OneTypoFrom(string word)
    {
        for (var i = 0; i <= word.Length; i++)
        {
            var (before, after) = (word[..i], word[i..]);
            yield return $"{before}.{after}";
            if (after.Length > 0)
            {
                yield return $"{before}.{after[1..]}";
                yield return $"{before}{after[1..]}";
            }

            if (after.Length > 1)
            {
                yield return $"{before}{after[1]}{after[0]}{after[2..]}";
            }
        }
    }

    private static string? PhonePartOf(string text)
    {
        if (!PhoneCharacters().IsMatch(text))
        {
            return null;
        }

        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return digits.Length < MinInside ? null : text.TrimStart().StartsWith('+') ? $"+{digits}" : digits;
    }

    [GeneratedRegex(@"^[0-9 +().\-]*\z")]
    private static partial Regex PhoneCharacters();
}

/// <summary>A contact that a search has found, and its place among the others. It is a row of a query and of no table.</summary>
internal sealed record RankedContact(Id<Contact> Id, long Rank);

/// <summary>It has a key, which Entity Framework needs to read more of the contact in the same query.</summary>
internal sealed class RankedContactConfiguration : IEntityTypeConfiguration<RankedContact>
{
    public void Configure(EntityTypeBuilder<RankedContact> builder)
    {
        builder.HasKey(contact => contact.Id);
        builder.ToTable((string?)null);
    }
}
