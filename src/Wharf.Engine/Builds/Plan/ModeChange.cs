using System.Globalization;

namespace Wharf.Engine.Builds.Plan;

/// <summary>What <c>--chmod</c> says: an octal mode, or changes to the mode that a file has (chmod(1), "symbolic mode").</summary>
internal sealed class ModeChange
{
    private const uint AllBits = 0xfff; // 07777
    private readonly List<Clause> _clauses = [];
    private readonly uint? _absolute;

    private ModeChange(string text, uint? absolute)
    {
        Text = text;
        _absolute = absolute;
    }

    /// <summary>As written.</summary>
    internal string Text { get; }

    /// <exception cref="WharfException">InvalidArgument, in Docker's words.</exception>
    internal static ModeChange Parse(string text)
    {
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            uint mode = 0;
            foreach (char digit in text)
            {
                mode = digit < '8' && mode <= AllBits ? (mode << 3) | (uint)(digit - '0') : uint.MaxValue;
            }

            return mode <= AllBits ? new ModeChange(text, mode) : throw Invalid(text);
        }

        var change = new ModeChange(text, null);
        foreach (string clause in text.Split(','))
        {
            change.Add(clause);
        }

        return change;
    }

    /// <summary>The new lower twelve bits of a mode.</summary>
    internal uint Apply(uint mode, bool isDirectory)
    {
        if (_absolute is { } absolute)
        {
            return absolute;
        }

        foreach (Clause clause in _clauses)
        {
            mode = clause.Apply(mode, isDirectory);
        }

        return mode;
    }

    private void Add(string text)
    {
        int at = 0;
        uint who = 0;
        for (; at < text.Length && "ugoa".Contains(text[at], StringComparison.Ordinal); at++)
        {
            who |= Classes(text[at]);
        }

        who = who == 0 ? Classes('a') : who;
        if (at == text.Length)
        {
            throw Invalid(Text);
        }

        while (at < text.Length)
        {
            char operation = text[at] is '+' or '-' or '=' ? text[at++] : throw Invalid(Text);
            int start = at;
            while (at < text.Length && "rwxXstugo".Contains(text[at], StringComparison.Ordinal))
            {
                at++;
            }

            _clauses.Add(new Clause(who, operation, text[start..at]));
        }
    }

    /// <summary>The permission bits of a class of users; the special bits go with them.</summary>
    private static uint Classes(char who) => who switch
    {
        'u' => 0x1c0, // 0700
        'g' => 0x38, // 0070
        'o' => 0x7, // 0007
        _ => 0x1ff, // 0777
    };

    private static WharfException Invalid(string text) =>
        WharfException.Invalid(string.Create(CultureInfo.InvariantCulture, $"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"));

    private sealed record Clause(uint Who, char Operation, string What)
    {
        private const uint SetUid = 0x800;
        private const uint SetGid = 0x400;
        private const uint Sticky = 0x200;

        internal uint Apply(uint mode, bool isDirectory)
        {
            uint bits = 0;
            foreach (char what in What)
            {
                bits |= Bits(what, mode, isDirectory);
            }

            return Operation switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                _ => (mode & ~(Who | Special())) | bits,
            };
        }

        private uint Bits(char what, uint mode, bool isDirectory) => what switch
        {
            'r' => 0x124 & Who, // 0444
            'w' => 0x92 & Who, // 0222
            'x' => 0x49 & Who, // 0111
            'X' => isDirectory || (mode & 0x49) != 0 ? 0x49 & Who : 0,
            's' => ((Who & 0x1c0) != 0 ? SetUid : 0) | ((Who & 0x38) != 0 ? SetGid : 0),
            't' => Sticky,
            'u' => Spread(mode >> 6),
            'g' => Spread(mode >> 3),
            _ => Spread(mode),
        };

        private uint Special() => ((Who & 0x1c0) != 0 ? SetUid : 0) | ((Who & 0x38) != 0 ? SetGid : 0);

        /// <summary>The three bits of one class, for each class that the clause is about.</summary>
        private uint Spread(uint three) => ((three & 7) * 0x49) & Who;
    }
}
