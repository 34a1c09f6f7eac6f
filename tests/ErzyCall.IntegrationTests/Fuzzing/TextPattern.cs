using System.Globalization;
using System.Text;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>
/// Makes texts that match a regular expression, with what has broken servers before among their characters. It knows the syntax that the document's patterns use and
/// refuses any other, so that none is passed over.
/// </summary>
internal sealed class TextPattern
{
    /// <summary>Where neither the pattern nor a limit ends a text.</summary>
    private const int UsualMax = 60;

    private const int Tries = 200;

    /// <summary>Quotes and escapes of JSON, SQL, LIKE, HTML and templates; line separators, a byte order mark, what joins, combines and turns around; the last code points.</summary>
    private static readonly int[] s_nasty =
        ['"', '\'', '\\', '/', '%', '_', '&', '<', '>', '{', '}', '$', '\t', '\n', ' ', 0xA0, 0xAD, 0x301, 0x200D, 0x202E, 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600, 0x1F1E9, 0x10FFFF];

    private readonly string _pattern;
    private readonly INode _root;
    private int _at;

    public TextPattern(string pattern)
    {
        _pattern = pattern;
        _root = ParseChoice();
        if (_at < pattern.Length)
        {
            throw Unknown();
        }
    }

    private interface INode;

    /// <param name="minLength">In Unicode scalar values, as <paramref name="maxLength"/>.</param>
    public string Make(SeededRandom random, int minLength = 0, int? maxLength = null)
    {
        var max = maxLength ?? Math.Max(minLength, UsualMax);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var text = new Draft();
            Write(_root, text, random);
            text.Fill(random.Next(8) switch { 0 => max, 1 => minLength, _ => Math.Min(max, minLength + random.Next(20)) }, random);
            var made = text.ToString();

            // The document's patterns cannot say of a character above U+FFFF that nobody sees it.
            var isBlankUnsaid = made.Any(char.IsSurrogate) && VisibleText.IsBlank(made);
            if (!isBlankUnsaid && made.EnumerateRunes().Count() is var length && length >= minLength && length <= max)
            {
                return made;
            }
        }

        throw new InvalidOperationException($"No text of {minLength} to {max} characters was found that matches {_pattern}.");
    }

    private static void Write(INode node, Draft text, SeededRandom random)
    {
        switch (node)
        {
            case CharacterSet set:
                text.Add(set.Pick(random));
                break;

            case Sequence { Nodes: var nodes }:
                foreach (var child in nodes)
                {
                    Write(child, text, random);
                }

                break;

            case Choice { Nodes: var nodes }:
                Write(random.Pick(nodes), text, random);
                break;

            case Repeat { Node: CharacterSet set, Max: null } repeat:
                Times(repeat.Min, set, text, random);
                text.CanGrowHere(set);
                break;

            case Repeat repeat:
                var max = repeat.Max ?? repeat.Min + 2;
                Times(random.Next(6) switch { 0 => max, 1 => repeat.Min, _ => random.Between(repeat.Min, Math.Min(max, repeat.Min + 12)) }, repeat.Node, text, random);
                break;
        }
    }

    private static void Times(int times, INode node, Draft text, SeededRandom random)
    {
        for (; times > 0; times--)
        {
            Write(node, text, random);
        }
    }

    private INode ParseChoice()
    {
        List<INode> choices = [ParseSequence()];
        while (Take('|'))
        {
            choices.Add(ParseSequence());
        }

        return choices is [var only] ? only : new Choice(choices);
    }

    private Sequence ParseSequence()
    {
        List<INode> nodes = [];
        while (_at < _pattern.Length && _pattern[_at] is not '|' and not ')')
        {
            // Whole texts only: an anchor is where the text begins or ends anyway.
            if (Take('^') || Take('$'))
            {
                continue;
            }

            nodes.Add(ParseRepeat(ParseAtom()));
        }

        return new Sequence(nodes);
    }

    private INode ParseAtom()
    {
        if (Take('('))
        {
            if (Take('?') && !Take(':'))
            {
                throw Unknown();
            }

            var group = ParseChoice();
            return Take(')') ? group : throw Unknown();
        }

        if (Take('['))
        {
            return ParseSet();
        }

        return _pattern[_at] is '.' or '*' or '?' or '{' ? throw Unknown() : new CharacterSet([ParseCharacter()]);
    }

    private CharacterSet ParseSet()
    {
        var isNegated = Take('^');
        List<(int From, int To)> ranges = [];
        while (!Take(']'))
        {
            var from = ParseCharacter().From;
            ranges.Add((from, _pattern[_at] == '-' && _pattern[_at + 1] != ']' && Take('-') ? ParseCharacter().From : from));
        }

        return isNegated ? CharacterSet.Except(ranges) : new CharacterSet(ranges);
    }

    private (int From, int To) ParseCharacter()
    {
        var character = _pattern[_at++];
        if (character is '\\')
        {
            character = _pattern[_at++];
            switch (character)
            {
                case 'u':
                    character = (char)int.Parse(_pattern.AsSpan(_at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    _at += 4;
                    break;

                case 't':
                    character = '\t';
                    break;

                case 'n':
                    character = '\n';
                    break;

                case var letter when char.IsAsciiLetterOrDigit(letter):
                    throw Unknown();
            }
        }

        return (character, character);
    }

    private INode ParseRepeat(INode node)
    {
        if (Take('*'))
        {
            return new Repeat(node, 0, null);
        }

        if (Take('+'))
        {
            return new Repeat(node, 1, null);
        }

        if (Take('?'))
        {
            return new Repeat(node, 0, 1);
        }

        if (!Take('{'))
        {
            return node;
        }

        var end = _pattern.IndexOf('}', _at);
        var counts = _pattern[_at..end].Split(',');
        _at = end + 1;
        return new Repeat(node, int.Parse(counts[0], CultureInfo.InvariantCulture), int.Parse(counts[^1], CultureInfo.InvariantCulture));
    }

    private bool Take(char character)
    {
        if (_at < _pattern.Length && _pattern[_at] == character)
        {
            _at++;
            return true;
        }

        return false;
    }

    private NotSupportedException Unknown() => new($"The regular expression {_pattern} is not known here from its character {_at} on.");

    private sealed record Sequence(IReadOnlyList<INode> Nodes) : INode;

    private sealed record Choice(IReadOnlyList<INode> Nodes) : INode;

    private sealed record Repeat(INode Node, int Min, int? Max) : INode;

    private sealed record CharacterSet(IReadOnlyList<(int From, int To)> Ranges) : INode
    {
        private const int FirstSurrogate = 0xD800;
        private const int LastSurrogate = 0xDFFF;
        private const int LastOfTheFirstPlane = 0xFFFF;

        /// <summary>
        /// To an expression that sees UTF-16, as JavaScript's and .NET's do, what is above U+FFFF is two surrogates: a set that leaves those out lets none of it in. Half of one is no text.
        /// </summary>
        public static CharacterSet Except(IReadOnlyList<(int From, int To)> excluded)
        {
            List<(int From, int To)> ranges = [];
            var next = 0;
            foreach (var (from, to) in excluded.Append((FirstSurrogate, LastSurrogate)).Order())
            {
                if (from > next)
                {
                    ranges.Add((next, from - 1));
                }

                next = Math.Max(next, to + 1);
            }

            var last = excluded.Contains((FirstSurrogate, LastSurrogate)) ? LastOfTheFirstPlane : char.ConvertToUtf32('\uDBFF', '\uDFFF');
            return new CharacterSet([.. ranges, (next, last)]);
        }

        public int Pick(SeededRandom random)
        {
            var common = random.Next(10) switch
            {
                < 6 => random.Pick("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 "u8.ToArray()),
                < 8 => random.Pick(s_nasty),
                _ => -1,
            };
            if (Ranges.Any(range => common >= range.From && common <= range.To))
            {
                return common;
            }

            var (from, to) = random.Pick(Ranges);
            return random.Between(from, to);
        }
    }

    /// <summary>A text in the making, of scalar values and halves of such.</summary>
    private sealed class Draft
    {
        private readonly List<int> _characters = [];
        private readonly List<(int At, CharacterSet Set)> _growing = [];

        public void Add(int character) => _characters.Add(character);

        public void CanGrowHere(CharacterSet set) => _growing.Add((_characters.Count, set));

        public void Fill(int length, SeededRandom random)
        {
            if (_growing.Count > 0 && length > _characters.Count)
            {
                var (at, set) = random.Pick(_growing);
                _characters.InsertRange(at, [.. Enumerable.Range(0, length - _characters.Count).Select(_ => set.Pick(random))]);
            }
        }

        public override string ToString()
        {
            var text = new StringBuilder(_characters.Count);
            foreach (var character in _characters)
            {
                _ = character <= char.MaxValue ? text.Append((char)character) : text.Append(char.ConvertFromUtf32(character));
            }

            return text.ToString();
        }
    }
}
