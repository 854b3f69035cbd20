using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Copy;

/// <summary>
/// Where the archive of a source is unpacked, and what its first component is called there. These are the rules that Docker documents: into
/// a directory that exists, or as one that does not; a file onto a file; never a directory onto a file.
/// </summary>
/// <param name="Directory">To be unpacked in.</param>
/// <param name="From">The first component as the archive has it; empty for the root directory, whose entries begin with a slash.</param>
/// <param name="To">What it becomes.</param>
internal sealed record CopyPlan(string Directory, string From, string To)
{
    /// <exception cref="CommandFailure">The two do not fit.</exception>
    internal static CopyPlan Of(CopyEnd source, CopyEnd destination)
    {
        string own = CopyPath.Split(source.Path).Name;
        string archived = own == "/" ? "" : own;
        (string parent, string name) = CopyPath.Split(destination.Path);
        return destination switch
        {
            { Exists: true, IsDirectory: true } => new CopyPlan(destination.Path, archived, source.Name ?? archived),
            { Exists: true } when source.IsDirectory => throw new CommandFailure("cannot copy directory"),
            { Exists: false } when !source.IsDirectory && CopyPath.MeansDirectory(destination.Path) => throw new CommandFailure("no such directory"),
            _ => new CopyPlan(parent, archived, name),
        };
    }

    /// <summary>What an entry of the archive is called where it is unpacked.</summary>
    internal string Rename(string entry) =>
        entry == From || From.Length == 0 || entry.StartsWith(From + "/", StringComparison.Ordinal) ? To + entry[From.Length..] : entry;
}
