using System.Globalization;

namespace Wharf.Linux.Proc;

/// <summary>Where this process's command line lies in its memory (arg_start and arg_end of proc_pid_stat(5)).</summary>
internal static class OwnArguments
{
    private const int ArgStart = 48 - 3; // fields are counted from 1, and what follows the name begins with the third

    internal static (nint Start, int Length) Find()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].TrimEnd().Split(' ');
        long start = long.Parse(fields[ArgStart], CultureInfo.InvariantCulture);
        return ((nint)start, (int)(long.Parse(fields[ArgStart + 1], CultureInfo.InvariantCulture) - start));
    }
}
