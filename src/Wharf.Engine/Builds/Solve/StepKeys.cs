using System.Globalization;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;

namespace Wharf.Engine.Builds.Solve;

/// <summary>What a step's inputs came to.</summary>
/// <param name="Trees">Of everything that it copies from or mounts.</param>
/// <param name="Records">Cache records of its inputs.</param>
internal sealed record StepInputs(Solved Base, IReadOnlyDictionary<Vertex, FileTree> Trees, IReadOnlyList<string> Records);

/// <summary>
/// What a step is found by. <see cref="Quick"/> says of stages and images that files come from only what they are in all, which costs nothing
/// to know; <see cref="Full"/> says of every file that is read what it is, which other files cannot change.
/// </summary>
internal sealed class StepKeys
{
    private readonly Lazy<StepKey> _full;

    internal StepKeys(RootVertex vertex, StepInputs inputs, DateTimeOffset? epoch)
    {
        bool hasQuick = vertex is FileVertex files && files.Actions.OfType<CopyAction>().Any(copy => inputs.Trees[copy.From].Identity is not null);
        Quick = hasQuick ? Make(vertex, inputs, epoch, quick: true) : null;
        _full = new Lazy<StepKey>(() => Make(vertex, inputs, epoch, quick: false));
    }

    /// <summary>Null where it would be the same.</summary>
    internal StepKey? Quick { get; }

    internal StepKey Full => _full.Value;

    /// <summary>The full one last.</summary>
    internal IReadOnlyList<StepKey> All => Quick is null ? [Full] : [Quick, Full];

    private static StepKey Make(RootVertex vertex, StepInputs inputs, DateTimeOffset? epoch, bool quick)
    {
        StepKey key = vertex is ExecVertex exec ? OfExec(exec, inputs) : OfFiles((FileVertex)vertex, inputs, quick);
        if (epoch is not null)
        {
            key.Add("SOURCE_DATE_EPOCH", epoch.Value.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        }

        return key;
    }

    private static StepKey OfExec(ExecVertex exec, StepInputs inputs)
    {
        var key = new StepKey("run");
        key.Add("base", inputs.Base.State.Identity);
        key.Add("command", string.Join('\0', exec.Arguments));
        foreach (string variable in exec.Environment)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? variable : variable[..equals];
            key.Add((exec.ArgumentNames.Contains(name) ? "build argument " : "variable ") + name, equals < 0 ? "" : variable[(equals + 1)..]);
        }

        key.Add("working directory", exec.WorkingDirectory);
        key.Add("user", exec.User);
        key.Add("network", exec.Network);
        key.Add("extra hosts", string.Join(' ', exec.ExtraHosts));
        foreach (ExecMount mount in exec.Mounts)
        {
            AddMount(key, mount, inputs);
        }

        return key;
    }

    /// <summary>Neither what a cache holds nor what a secret is decides what a step makes.</summary>
    private static void AddMount(StepKey key, ExecMount mount, StepInputs inputs)
    {
        string name = "mount " + mount.Target;
        switch (mount)
        {
            case BindExecMount bind:
                key.Add(name, $"bind {bind.Path} {(bind.IsWritable ? "rw" : "ro")}");
                FileTree tree = inputs.Trees[bind.From];
                if (tree.Identity is { } identity)
                {
                    key.Add("source of " + mount.Target, identity);
                }
                else
                {
                    CopySelection.Of(
                        new CopyAction { Instruction = "RUN --mount", From = bind.From, Sources = [bind.Path], Destination = "/" }, tree).AddTo(key);
                }

                break;
            case CacheExecMount cache:
                key.Add(name, string.Create(CultureInfo.InvariantCulture, $"cache {cache.Id} {cache.Sharing} {cache.Path} {cache.Mode} {cache.Uid} {cache.Gid}"));
                if (cache.From is not null)
                {
                    key.Add("source of " + mount.Target, inputs.Trees[cache.From].Identity ?? cache.Path);
                }

                break;
            case TmpfsExecMount tmpfs:
                key.Add(name, string.Create(CultureInfo.InvariantCulture, $"tmpfs {tmpfs.Size}"));
                break;
            case SecretExecMount secret:
                key.Add(name, string.Create(CultureInfo.InvariantCulture, $"secret {secret.Id} {secret.Variable} {secret.Mode} {secret.Uid} {secret.Gid}"));
                break;
            case TextExecMount text:
                key.Add(name, Oci.Digest.Of(text.Content).Hex);
                break;
        }
    }

    private static StepKey OfFiles(FileVertex files, StepInputs inputs, bool quick)
    {
        var key = new StepKey("files");
        key.Add("base", inputs.Base.State.Identity);
        foreach (FileAction action in files.Actions)
        {
            if (action is MakeDirectoryAction directory)
            {
                key.Add("directory", directory.Path);
            }
            else if (action is CopyAction copy)
            {
                AddCopy(key, copy, inputs.Trees[copy.From], quick);
            }
        }

        return key;
    }

    private static void AddCopy(StepKey key, CopyAction copy, FileTree tree, bool quick)
    {
        key.Add("destination", copy.Destination);
        key.Add("owner", copy.Owner ?? "");
        key.Add("mode", copy.Mode ?? "");
        key.Add("how", $"parents={copy.KeepsParents} unpack={copy.Unpacks} directory={copy.NeedsDirectory}");
        if (quick && tree.Identity is { } identity)
        {
            key.Add("sources", string.Join('\0', copy.Sources));
            key.Add("excludes", string.Join('\0', copy.Excludes));
            key.Add("source", identity);
        }
        else
        {
            CopySelection.Of(copy, tree).AddTo(key);
        }
    }
}
