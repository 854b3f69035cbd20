using System.Text;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Which files a COPY or ADD means, by Docker's rules: patterns, links of which the source itself is followed, directories of which the
/// contents are meant.
/// </summary>
internal sealed class CopySelection
{
    private readonly CopyAction _action;
    private readonly FileTree _tree;

    private CopySelection(CopyAction action, FileTree tree, IReadOnlyList<SelectedSource> sources)
    {
        _action = action;
        _tree = tree;
        Sources = sources;
    }

    internal IReadOnlyList<SelectedSource> Sources { get; }

    /// <summary>Where the files are.</summary>
    internal string Directory => _tree.Directory;

    /// <exception cref="WharfException">InvalidArgument or NotFound, in Docker's words.</exception>
    internal static CopySelection Of(CopyAction action, FileTree tree)
    {
        List<SelectedSource> sources = [];
        foreach (string written in action.Sources)
        {
            string path = Relative(written, action.Instruction);
            bool isPattern = PathPattern.IsPattern(path);
            IEnumerable<string> names = isPattern ? PathPattern.Parse(path).FindIn(tree) : [path];
            foreach (string name in names)
            {
                FoundFile found = tree.Find(name) ?? throw Missing(action, name);
                if (!(isPattern && action.IsExcluded?.Invoke(name) is true))
                {
                    sources.Add(new SelectedSource(name, Kept(written, name), found));
                }
            }
        }

        if (sources.Count == 0 && action.Excludes.Count == 0)
        {
            throw WharfException.Invalid($"{action.Instruction} failed: no source files were specified");
        }

        if (sources.Count > 1 && !action.Destination.EndsWith('/'))
        {
            throw WharfException.Invalid(
                $"When using {action.Instruction} with more than one source file, the destination must be a directory and end with a /");
        }

        return new CopySelection(action, tree, sources);
    }

    /// <summary>Goes to every file, with its path below the source.</summary>
    internal void Visit(SelectedSource source, Action<TreeItem> visit) => _tree.Visit(source.Found, item =>
    {
        if (_action.IsExcluded is null || item.Path.IsEmpty || !_action.IsExcluded(Encoding.UTF8.GetString(item.Path)))
        {
            visit(item);
        }
    });

    /// <summary>Everything about the files that a layer will show: not their times.</summary>
    internal void AddTo(StepKey key)
    {
        foreach (SelectedSource source in Sources)
        {
            string name = _action.KeepsParents ? source.Kept : PathPattern.BaseName(source.Name);
            Visit(source, item => key.Add(
                "file " + (item.Path.IsEmpty ? source.Name : $"{source.Name}/{Encoding.Latin1.GetString(item.Path)}"),
                item.Path.IsEmpty && source.Found.IsDirectory ? $"directory {name}" : name + ' ' + Describe(item)));
        }
    }

    private string Describe(TreeItem item)
    {
        FileMetadata metadata = item.Metadata;
        string content = item.Type switch
        {
            TreeEntryType.Regular => item.ContentDigest(),
            TreeEntryType.SymbolicLink => Convert.ToHexStringLower(item.LinkTarget),
            TreeEntryType.Directory => "",
            _ => $"{item.DeviceMajor}:{item.DeviceMinor}",
        };
        string owner = _action.Owner is null ? $"{metadata.Uid}:{metadata.Gid}" : "";
        string attributes = metadata.Attributes.Count == 0
            ? ""
            : string.Concat(metadata.Attributes.Select(attribute => $" {attribute.Name}={Convert.ToHexStringLower(attribute.Value)}"));
        return $"{item.Type} {metadata.Permissions} {owner} {content}{attributes}";
    }

    private static string Relative(string written, string instruction)
    {
        List<string> parts = [];
        foreach (string part in written.Split('/'))
        {
            if (part == ".." && parts.Count == 0)
            {
                throw WharfException.Invalid($"{instruction} failed: forbidden path outside the build context: {written} ()");
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>What <c>--parents</c> keeps: the path behind <c>/./</c>, or all of it.</summary>
    private static string Kept(string written, string name)
    {
        int pivot = ("/" + written).IndexOf("/./", StringComparison.Ordinal);
        if (pivot < 0)
        {
            return name;
        }

        int skipped = written[..Math.Max(0, pivot - 1)].Split('/').Count(part => part is not ("" or "."));
        return string.Join('/', name.Split('/').Skip(skipped));
    }

    private static WharfException Missing(CopyAction action, string name) => WharfException.NotFound(
        action.From is ContextVertex
            ? $"{action.Instruction} failed: file not found in build context or excluded by .dockerignore: stat {name}: file does not exist"
            : $"{action.Instruction} failed: stat /{name}: file does not exist");
}

/// <param name="Name">Path in the tree as it was asked for; a link's own name.</param>
/// <param name="Kept">The part of it that <c>--parents</c> keeps.</param>
internal sealed record SelectedSource(string Name, string Kept, FoundFile Found);
