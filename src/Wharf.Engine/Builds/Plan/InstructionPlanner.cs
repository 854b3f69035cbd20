using System.Text;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Plan;

/// <summary>Puts the instructions of one stage into the graph.</summary>
internal sealed class InstructionPlanner(
    BuildRequest request, BuildArguments arguments, StageGraph graph, PlanSources sources, Stage stage, StagePlan plan)
{
    private const uint Executable = 0x1ed; // 0755
    private const uint SecretMode = 0x100; // 0400

    private readonly bool _ignoreCache = request.NoCache
        || request.NoCacheFilters.Contains(stage.DisplayName, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="WharfException"/>
    internal async Task AddAsync(Instruction instruction, BuildStep? step)
    {
        int entries = plan.Config.History.Count;
        AppliedInstruction applied = plan.Config.Apply(instruction);
        bool hasEntry = plan.Config.History.Count > entries;
        StepProvenance? provenance = request.CacheFrom.Count > 0 && hasEntry ? new StepProvenance(plan.Config.History, entries) : null;
        switch (applied.Instruction)
        {
            case RunInstruction run:
                Add(await RunAsync(run, step, provenance));
                break;
            case CopyInstruction copy:
                AddFiles(await CopyAsync(copy), copy.Transfer.Link, step);
                break;
            case AddInstruction add:
                AddFiles(AddActions(add), add.Transfer.Link, step);
                break;
            case WorkdirInstruction when applied.MakesLayer:
                AddFiles([new MakeDirectoryAction(plan.Config.WorkingDirectory)], isLinked: false, step);
                break;
            default:
                var same = new SameVertex { Base = plan.Root, Step = step };
                plan.Add(same, same, makesLayer: false, hasEntry);
                break;
        }

        void Add(RootVertex vertex) => plan.Add(vertex, vertex, makesLayer: true, hasEntry);

        void AddFiles(IReadOnlyList<FileAction> actions, bool isLinked, BuildStep? announced)
        {
            var files = new FileVertex
            {
                Base = isLinked ? new EmptyVertex() : plan.Root,
                Actions = actions,
                Step = announced,
                IgnoreCache = _ignoreCache,
                Provenance = isLinked ? null : provenance,
            };
            plan.Add(isLinked ? new StackVertex { Base = plan.Root, Above = files } : files, files, makesLayer: true, hasEntry);
        }
    }

    private async Task<ExecVertex> RunAsync(RunInstruction run, BuildStep? step, StepProvenance? provenance)
    {
        if (run.IsInsecure)
        {
            throw run.Source.Error("--security=insecure is not allowed: builds run with the isolation of a container");
        }

        if (run.Devices.FirstOrDefault(device => device.IsRequired) is { } missing)
        {
            throw run.Source.Error($"device {missing.Name} is not available: CDI devices are not supported");
        }

        RunScript script = run.Script(plan.Config.Shell);
        List<ExecMount> mounts = [];
        foreach (MountExpression mount in run.Mounts)
        {
            mounts.Add(await MountAsync(mount.Resolve(plan.Config.Scope.Expander), mount.Source));
        }

        if (script.File is { } file)
        {
            mounts.Add(new TextExecMount(file.Path, Encoding.UTF8.GetBytes(file.Content), Executable));
        }

        return new ExecVertex
        {
            Base = plan.Root,
            Arguments = script.Arguments,
            Environment = [.. plan.Config.Scope.Variables.Select(variable => $"{variable.Key}={variable.Value}")],
            HiddenEnvironment =
            [
                .. arguments.ProxyEnvironment
                    .Where(variable => !plan.Config.Scope.Variables.ContainsKey(variable.Key))
                    .Select(variable => $"{variable.Key}={variable.Value}"),
            ],
            ArgumentNames = [.. plan.Config.Scope.Arguments.Select(argument => argument.Name)],
            WorkingDirectory = plan.Config.WorkingDirectory,
            User = plan.Config.Execution.User ?? "",
            Network = run.Network switch
            {
                RunNetwork.None => "none",
                RunNetwork.Host => "host",
                _ => request.NetworkMode is "" or "default" ? "bridge" : request.NetworkMode,
            },
            ExtraHosts = request.ExtraHosts,
            Mounts = mounts,
            Limits = new ExecLimits(request.Limits, request.ShmSize, request.CgroupParent),
            Step = step,
            IgnoreCache = _ignoreCache,
            Provenance = provenance,
        };
    }

    private async Task<ExecMount> MountAsync(RunMount mount, SourceRange place)
    {
        Vertex? from = mount.From is null ? null : await sources.OfAsync(graph.MountSource(mount, stage, place));
        string target = mount.Target is null ? "" : PosixPath.Join(plan.Config.WorkingDirectory, mount.Target);
        return mount.Kind switch
        {
            RunMountKind.Bind => new BindExecMount(target, from ?? sources.Context, mount.Path ?? "/", !mount.IsReadOnly),
            RunMountKind.Cache => new CacheExecMount(
                target,
                mount.Id!,
                mount.Sharing switch
                {
                    CacheSharing.Private => MountSharing.Private,
                    CacheSharing.Locked => MountSharing.Locked,
                    _ => MountSharing.Shared,
                },
                from,
                mount.Path ?? "/",
                mount.Mode ?? Executable,
                mount.UserId ?? 0,
                mount.GroupId ?? 0,
                mount.IsReadOnly),
            RunMountKind.Tmpfs => new TmpfsExecMount(target, mount.Size),
            RunMountKind.Secret => new SecretExecMount(
                target,
                mount.Id!,
                request.Secrets.TryGetValue(mount.Id!, out ReadOnlyMemory<byte> value) ? value : (ReadOnlyMemory<byte>?)null,
                mount.IsRequired,
                mount.Target is not null,
                mount.Variable,
                mount.Mode ?? SecretMode,
                mount.UserId ?? 0,
                mount.GroupId ?? 0),
            _ => throw place.Error("RUN --mount=type=ssh is not supported: use a secret"),
        };
    }

    private async Task<IReadOnlyList<FileAction>> CopyAsync(CopyInstruction copy)
    {
        Vertex from = copy.From is null ? sources.Context : await sources.OfAsync(graph.CopySource(copy.From, stage, copy.Source));
        CopyAction common = Common("COPY", copy.Transfer, from) with { KeepsParents = copy.Parents };
        return
        [
            .. copy.Transfer.Sources.Count == 0 ? [] : (FileAction[])[common with { Sources = [.. copy.Transfer.Sources.Select(source => source.Text)] }],
            .. Heredocs(common, copy.Transfer),
        ];
    }

    private IReadOnlyList<FileAction> AddActions(AddInstruction add)
    {
        CopyAction common = Common("ADD", add.Transfer, sources.Context);
        List<string> local = [];
        List<FileAction> actions = [];
        foreach (Word source in add.Transfer.Sources)
        {
            if (RemoteSource.IsGit(source.Text))
            {
                actions.Add(common with { From = Git(add, source), Sources = ["."] });
                continue;
            }

            if (!RemoteSource.IsHttp(source.Text))
            {
                local.Add(source.Text);
                continue;
            }

            Uri address = new(source.Text);
            string name = Uri.UnescapeDataString(PosixPath.BaseName(address.AbsolutePath));
            if (name.Length == 0 && !common.Destination.EndsWith('/'))
            {
                name = PosixPath.BaseName(common.Destination);
            }

            if (name.Length == 0 || name.Contains('/') || name is "." or "..")
            {
                throw source.Source.Error($"cannot determine filename from url: {source}");
            }

            actions.Add(common with
            {
                From = new DownloadVertex { Address = address, FileName = name, Checksum = Checksum(add.Checksum) },
                Sources = [name],
                Unpacks = add.Unpack ?? false,
            });
        }

        return
        [
            .. local.Count == 0 ? [] : (FileAction[])[common with { Sources = local, Unpacks = add.Unpack ?? true }],
            .. actions,
            .. Heredocs(common, add.Transfer),
        ];
    }

    private static GitVertex Git(AddInstruction add, Word source)
    {
        string? commit = add.Checksum is { Text.Length: > 0 } checksum
            ? checksum.Text.All(char.IsAsciiHexDigitLower)
                ? checksum.Text
                : throw checksum.Source.Error($"invalid checksum {GoText.Quote(checksum.Text)}: of a git repository it is the name of the commit")
            : null;
        GitAddress address = GitAddress.TryParse(source.Text) ?? throw source.Source.Error($"{source} is no address of a git repository");
        return new GitVertex { Request = new GitRequest(address) { KeepsRepository = add.KeepGitDir is true, Commit = commit } };
    }

    private CopyAction Common(string instruction, FileTransfer transfer, Vertex from)
    {
        string destination = Destination(transfer.Destination.Text);
        int sourceCount = transfer.Sources.Count + transfer.Heredocs.Count;
        if (sourceCount > 1 && !destination.EndsWith('/'))
        {
            throw transfer.Destination.Source.Error(
                $"When using {instruction} with more than one source file, the destination must be a directory and end with a /");
        }

        return new CopyAction
        {
            Instruction = instruction,
            From = from,
            Sources = [],
            Destination = destination,
            Owner = transfer.Chown is { Text.Length: > 0 } owner ? owner.Text : null,
            Mode = transfer.Chmod is { Text.Length: > 0 } mode ? mode.Text : null,
            ChangeMode = transfer.Chmod is { Text.Length: > 0 } change ? ModeChange.Parse(change).Apply : null,
            Excludes = transfer.Excludes,
            IsExcluded = transfer.Excludes.Count > 0 ? IgnoreRules.Of(transfer.Excludes, "--exclude").IsIgnored : null,
            NeedsDirectory = sourceCount > 1,
        };
    }

    private static IEnumerable<FileAction> Heredocs(CopyAction common, FileTransfer transfer) => transfer.Heredocs.Count == 0
        ? []
        :
        [
            common with
            {
                From = new TextVertex
                {
                    Files = [.. transfer.Heredocs.Select(heredoc => KeyValuePair.Create(heredoc.Name, Encoding.UTF8.GetBytes(heredoc.Text)))],
                },
                Sources = [.. transfer.Heredocs.Select(heredoc => heredoc.Name)],
                KeepsParents = false,
            },
        ];

    /// <summary>Absolute; <c>.</c> and a slash at the end mean a directory.</summary>
    private string Destination(string written)
    {
        string absolute = PosixPath.Join(plan.Config.WorkingDirectory, written.Length == 0 ? "." : written);
        bool isDirectory = written.EndsWith('/') || written is "." or ".." || written.EndsWith("/.", StringComparison.Ordinal)
            || written.EndsWith("/..", StringComparison.Ordinal);
        return isDirectory && absolute != "/" ? absolute + "/" : absolute;
    }

    private static Digest? Checksum(Word? word)
    {
        if (word is not { Text.Length: > 0 } present)
        {
            return null;
        }

        return Digest.TryParse(present.Text, out Digest? digest)
            ? digest
            : throw present.Source.Error($"invalid checksum {GoText.Quote(present.Text)}: must be sha256:<64 hex digits>");
    }
}
