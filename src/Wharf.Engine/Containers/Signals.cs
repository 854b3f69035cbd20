using System.Collections.Frozen;
using System.Globalization;

namespace Wharf.Engine.Containers;

/// <summary>Signals by name or number, as <c>kill</c>, <c>--stop-signal</c> and Docker's API take them (signal(7); x86-64 and arm64 agree).</summary>
internal static class Signals
{
    internal const int Terminate = 15;
    internal const int Kill = 9;
    private const int First = 1;
    private const int Last = 64;

    private static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["ILL"] = 4,
        ["TRAP"] = 5,
        ["ABRT"] = 6,
        ["IOT"] = 6,
        ["BUS"] = 7,
        ["FPE"] = 8,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["SEGV"] = 11,
        ["USR2"] = 12,
        ["PIPE"] = 13,
        ["ALRM"] = 14,
        ["TERM"] = 15,
        ["STKFLT"] = 16,
        ["CHLD"] = 17,
        ["CLD"] = 17,
        ["CONT"] = 18,
        ["STOP"] = 19,
        ["TSTP"] = 20,
        ["TTIN"] = 21,
        ["TTOU"] = 22,
        ["URG"] = 23,
        ["XCPU"] = 24,
        ["XFSZ"] = 25,
        ["VTALRM"] = 26,
        ["PROF"] = 27,
        ["WINCH"] = 28,
        ["IO"] = 29,
        ["POLL"] = 29,
        ["PWR"] = 30,
        ["SYS"] = 31,
        ["UNUSED"] = 31,
        ["RTMIN"] = 34,
        ["RTMAX"] = 64,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="WharfException">It names no signal.</exception>
    internal static int Parse(string text)
    {
        int number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : ByName(text);
        return number is >= First and <= Last ? number : throw WharfException.Invalid($"invalid signal: {text}");
    }

    private static int ByName(string text)
    {
        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (Numbers.TryGetValue(name, out int number))
        {
            return number;
        }

        // RTMIN+3, RTMAX-2: counted from glibc's ends, as kill(1) does.
        int sign = name.IndexOfAny(['+', '-']);
        return sign > 0
            && name[..sign].ToUpperInvariant() is "RTMIN" or "RTMAX"
            && int.TryParse(name.AsSpan(sign), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset)
            && Numbers[name[..sign]] + offset is >= 34 and <= Last and int realtime
                ? realtime
                : 0;
    }
}
