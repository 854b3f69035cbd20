namespace Wharf.Engine.Containers.Mounts;

/// <summary><c>--tmpfs /run:size=64m,exec</c>: Docker's defaults, changed by what is asked for.</summary>
internal static class TmpfsOptions
{
    private static readonly string[] Defaults = ["noexec", "nosuid", "nodev"];
    private static readonly (string On, string Off)[] Flags =
    [
        ("exec", "noexec"), ("suid", "nosuid"), ("dev", "nodev"), ("ro", "rw"), ("async", "sync"), ("atime", "noatime"),
        ("diratime", "nodiratime"), ("relatime", "norelatime"), ("strictatime", "nostrictatime"), ("dirsync", "nodirsync"),
    ];

    private static readonly string[] Values = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"];

    internal static IReadOnlyList<string> Parse(string options)
    {
        List<string> merged = [.. Defaults];
        foreach (string option in options.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = option.Split('=')[0];
            (string On, string Off) pair = Flags.FirstOrDefault(flag => flag.On == option || flag.Off == option);
            if (pair.On is null && (name == option || !Values.Contains(name)))
            {
                throw WharfException.Invalid($"invalid tmpfs option \"{option}\"");
            }

            merged.RemoveAll(earlier => pair.On is null ? earlier.Split('=')[0] == name : earlier == pair.On || earlier == pair.Off);
            merged.Add(option);
        }

        merged.Add("rprivate");
        return merged;
    }
}
