namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>What <c>--chmod</c> does to a mode: octal sets it, symbolic (chmod(1): <c>u=rwX,go-w</c>) changes it.</summary>
internal sealed class ModeChange
{
    private const uint AllBits = 0xFFF;
    private const uint SetUserId = 0x800;
    private const uint SetGroupId = 0x400;
    private const uint Sticky = 0x200;
    private const uint AnyExecute = 0x49;

    private readonly uint? _mode;
    private readonly IReadOnlyList<Clause> _clauses;

    private ModeChange(uint? mode, IReadOnlyList<Clause> clauses)
    {
        _mode = mode;
        _clauses = clauses;
    }

    /// <exception cref="DockerfileException"/>
    internal static ModeChange Parse(Word word)
    {
        string text = word.Text;
        if (text.Length > 0 && char.IsAsciiDigit(text[0]))
        {
            bool isOctal = text.Length <= 8 && text.All(c => c is >= '0' and <= '7');
            uint mode = isOctal ? Convert.ToUInt32(text, 8) : uint.MaxValue;
            return mode <= AllBits
                ? new ModeChange(mode, [])
                : throw word.Source.Error($"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777");
        }

        try
        {
            return new ModeChange(null, [.. text.Split(',').SelectMany(Clause.Parse)]);
        }
        catch (FormatException)
        {
            throw word.Source.Error($"invalid chmod parameter: '{text}'. it should be octal, or symbolic as in u=rwX,go-w");
        }
    }

    /// <param name="mode">The twelve bits that a file has.</param>
    /// <param name="isDirectory">For <c>X</c>: execution (search) where it makes sense.</param>
    internal uint Apply(uint mode, bool isDirectory) =>
        _mode ?? _clauses.Aggregate(mode & AllBits, (current, clause) => clause.Apply(current, isDirectory));

    /// <param name="Who">Bits of those that it is about, as a mode of theirs.</param>
    private sealed record Clause(uint Who, char Operation, string Permissions)
    {
        internal static IEnumerable<Clause> Parse(string text)
        {
            int at = text.AsSpan().IndexOfAny("+-=");
            if (at < 0 || text[..at].Any(c => c is not ('u' or 'g' or 'o' or 'a')))
            {
                throw new FormatException();
            }

            uint who = at == 0 ? AllBits : text[..at].Aggregate(0u, (bits, c) => bits | Bits(c));
            while (at < text.Length)
            {
                char operation = text[at++];
                int end = at + (text.AsSpan(at).IndexOfAny("+-=") is var next and >= 0 ? next : text.Length - at);
                string permissions = text[at..end];
                if (permissions is not ("u" or "g" or "o") && permissions.Any(c => c is not ('r' or 'w' or 'x' or 'X' or 's' or 't')))
                {
                    throw new FormatException();
                }

                yield return new Clause(who, operation, permissions);
                at = end;
            }
        }

        internal uint Apply(uint mode, bool isDirectory)
        {
            uint bits = Permissions switch
            {
                "u" => Spread(mode >> 6 & 7),
                "g" => Spread(mode >> 3 & 7),
                "o" => Spread(mode & 7),
                _ => Permissions.Aggregate(0u, (sum, c) => sum | c switch
                {
                    'r' => Spread(4),
                    'w' => Spread(2),
                    'x' => Spread(1),
                    'X' => isDirectory || (mode & AnyExecute) != 0 ? Spread(1) : 0,
                    's' => SetUserId | SetGroupId,
                    _ => Sticky,
                }),
            };
            bits &= Who;
            return Operation switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,

                // Set-id bits of a directory are left alone, as GNU chmod leaves them.
                _ => (mode & ~(isDirectory ? Who & ~(SetUserId | SetGroupId) : Who)) | bits,
            };
        }

        private static uint Spread(uint permission) => permission << 6 | permission << 3 | permission;

        private static uint Bits(char who) => who switch
        {
            'u' => SetUserId | 7 << 6,
            'g' => SetGroupId | 7 << 3,
            'o' => Sticky | 7,
            _ => AllBits,
        };
    }
}
