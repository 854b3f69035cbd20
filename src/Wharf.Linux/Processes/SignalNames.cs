namespace Wharf.Linux.Processes;

/// <summary>Signals by name and number (signal(7)).</summary>
public static class SignalNames
{
    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    private const int FirstRealTime = 34;
    private const int LastRealTime = 64;

    /// <summary>Reads <c>9</c>, <c>KILL</c>, <c>SIGKILL</c>, <c>RTMIN+3</c>; null when it is no signal.</summary>
    public static int? Parse(string text)
    {
        if (int.TryParse(text, out int number))
        {
            return number is > 0 and <= LastRealTime ? number : null;
        }

        string name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        int index = Array.IndexOf(Names, name);
        return index >= 0 ? index + 1
            : name == "RTMIN" ? FirstRealTime
            : name == "RTMAX" ? LastRealTime
            : name.StartsWith("RTMIN+", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), out int above) && above is >= 0 and <= 30 ? FirstRealTime + above
            : name.StartsWith("RTMAX-", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), out int below) && below is >= 0 and <= 30 ? LastRealTime - below
            : null;
    }
}
