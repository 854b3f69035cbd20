using Wharf.Engine.Builds.Dockerfile;
using Wharf.Engine.Containers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds;

/// <summary>What an instruction came to.</summary>
/// <param name="Instruction">With its words expanded.</param>
/// <param name="CreatedBy">What <c>history</c> shows; null for what leaves no entry there.</param>
/// <param name="MakesLayer">
/// Whether its history entry stands for a layer. Whoever makes none says so: <see cref="ImageConfigBuilder.DropLayer"/>.
/// </param>
internal sealed record AppliedInstruction(Instruction Instruction, string? CreatedBy, bool MakesLayer);

/// <summary>
/// The config of an image while its stage is built: it applies one instruction after another, and writes the history as Docker's builder does.
/// It touches no file; RUN, COPY, ADD and the directory of WORKDIR are for whoever calls it.
/// </summary>
internal sealed class ImageConfigBuilder
{
    /// <summary>What Docker's builder puts into every history entry; programs that read <c>created_by</c> look for it.</summary>
    private const string HistoryComment = "buildkit.dockerfile.v0";
    private const string LayerSuffix = " # buildkit";
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] DefaultShell = ["/bin/sh", "-c"];

    private readonly ImageConfig _base;
    private readonly List<HistoryEntry> _history;
    private string? _author;
    private bool _isCmdSet;

    private ImageConfigBuilder(ImageConfig image, ExecutionConfig execution, IEnumerable<HistoryEntry> history, string? author, StageScope scope)
    {
        _base = image;
        _author = author;
        _history = [.. history];
        Execution = execution;
        Scope = scope;
    }

    /// <summary>As the instructions so far made it.</summary>
    internal ExecutionConfig Execution { get; private set; }

    internal StageScope Scope { get; }

    /// <summary>Instructions that the base image has for those who build on it: they come before the stage's own.</summary>
    internal IReadOnlyList<string> Triggers { get; private init; } = [];

    /// <summary>What a command in shell form is given to.</summary>
    internal IReadOnlyList<string> Shell => Execution.Shell is { Count: > 0 } shell ? shell : DefaultShell;

    /// <summary>Never relative.</summary>
    internal string WorkingDirectory => PosixPath.Join("/", Execution.WorkingDir ?? "");

    internal IReadOnlyList<HistoryEntry> History => _history;

    /// <summary>For a stage on an image.</summary>
    /// <param name="image">Null for <c>scratch</c>.</param>
    internal static ImageConfigBuilder Start(ImageConfig? image, char escape, BuildArguments arguments)
    {
        image ??= new ImageConfig();
        ExecutionConfig execution = image.Config ?? new ExecutionConfig();
        IReadOnlyList<string> environment = execution.Env ?? [];
        if (!environment.Any(entry => entry.StartsWith("PATH=", StringComparison.Ordinal)))
        {
            execution = execution with { Env = [.. environment, DefaultPath] };
        }

        var scope = new StageScope(escape, arguments, execution.Env!);
        return new ImageConfigBuilder(image, execution with { OnBuild = null }, image.History ?? [], image.Author, scope)
        {
            Triggers = execution.OnBuild ?? [],
        };
    }

    /// <summary>For changes to a config without a build: nothing is inherited from it, it is the thing itself.</summary>
    internal static ImageConfigBuilder Change(ExecutionConfig execution) =>
        new(new ImageConfig(), execution, [], null, new StageScope('\\', BuildArguments.None, execution.Env ?? []));

    /// <summary>For a stage on the one that this builder is done with.</summary>
    internal ImageConfigBuilder Inherit() =>
        new(_base, Execution with { OnBuild = null }, _history, _author, Scope.Inherit()) { Triggers = Execution.OnBuild ?? [] };

    /// <param name="created">Time of the history entry, RFC 3339.</param>
    /// <exception cref="DockerfileException">Its words cannot be expanded, or mean nothing.</exception>
    internal AppliedInstruction Apply(Instruction instruction, string? created = null)
    {
        Instruction expanded = instruction.Expand(Scope.Expander);
        string? createdBy = Apply(expanded);
        bool makesLayer = expanded is RunInstruction or CopyInstruction or AddInstruction
            || (expanded is WorkdirInstruction && WorkingDirectory != "/");
        if (createdBy is not null)
        {
            _history.Add(new HistoryEntry
            {
                Created = created,
                CreatedBy = createdBy,
                Comment = HistoryComment,
                EmptyLayer = makesLayer ? null : true,
            });
        }

        return new AppliedInstruction(expanded, createdBy, makesLayer);
    }

    /// <summary>The instruction applied last changed no file after all: its history entry stands for no layer.</summary>
    internal void DropLayer() => _history[^1] = _history[^1] with { EmptyLayer = true };

    /// <summary><c>build --label</c>: no part of the history.</summary>
    internal void AddLabels(IEnumerable<KeyValuePair<string, string>> labels) =>
        Execution = Execution with { Labels = Merged(Execution.Labels, labels) };

    /// <param name="created">RFC 3339.</param>
    /// <param name="layers">As many as the history has entries for.</param>
    internal ImageConfig Build(string created, Platform platform, IReadOnlyList<Digest> layers) => _base with
    {
        Created = created,
        Author = _author,
        Os = platform.Os,
        Architecture = platform.Architecture,
        Variant = platform.Variant,
        Config = Execution,
        Rootfs = new RootFs { DiffIds = layers },
        History = [.. _history],
    };

    private string? Apply(Instruction instruction)
    {
        switch (instruction)
        {
            case EnvInstruction env:
                foreach (Assignment variable in env.Variables)
                {
                    Scope.Set(variable.Name.Text, variable.Value.Text);
                    Execution = Execution with { Env = Replaced(Execution.Env ?? [], variable) };
                }

                return "ENV" + Joined(env.Variables);
            case LabelInstruction label:
                AddLabels(label.Labels.Select(pair => KeyValuePair.Create(pair.Name.Text, pair.Value.Text)));
                return "LABEL" + Joined(label.Labels);
            case ArgInstruction argument:
                IEnumerable<(string Name, string? Value)> arguments = Scope.Declare(argument);
                return "ARG " + string.Join(' ', arguments.Select(declared => declared.Value is null ? declared.Name : $"{declared.Name}={declared.Value}"));
            case CmdInstruction cmd:
                IReadOnlyList<string> command = cmd.Command.WithShell(Shell);
                Execution = Execution with { Cmd = command, ArgsEscaped = true };
                _isCmdSet = true;
                return $"CMD {GoText.QuoteAll(command)}";
            case EntrypointInstruction entrypoint:
                // A CMD of the base image was meant for its own entry point.
                IReadOnlyList<string> entry = entrypoint.Command.WithShell(Shell);
                Execution = Execution with { Entrypoint = entry.Count > 0 ? entry : null, Cmd = _isCmdSet ? Execution.Cmd : null };
                return $"ENTRYPOINT {GoText.QuoteAll(entry)}";
            case ShellInstruction shell:
                Execution = Execution with { Shell = shell.Shell };
                return $"SHELL {GoText.Plain(shell.Shell)}";
            case WorkdirInstruction workdir:
                Execution = Execution with { WorkingDir = PosixPath.Join(WorkingDirectory, workdir.Path.Text) };
                return $"WORKDIR {Execution.WorkingDir}";
            case UserInstruction user:
                Execution = Execution with { User = user.User.Text };
                return $"USER {user.User}";
            case ExposeInstruction expose:
                string[] ports = [.. expose.Ports.SelectMany(ExposedPort.Parse)];
                Execution = Execution with { ExposedPorts = Added(Execution.ExposedPorts, ports) };
                return $"EXPOSE {GoText.Plain(ports)}";
            case VolumeInstruction volume:
                string[] paths = [.. volume.Paths.Select(path =>
                    path.Text.Length > 0 ? path.Text : throw path.Source.Error("VOLUME specified can not be an empty string"))];
                Execution = Execution with { Volumes = Added(Execution.Volumes, paths) };
                return $"VOLUME {GoText.Plain(paths)}";
            case StopsignalInstruction stop:
                Execution = Execution with { StopSignal = CheckedSignal(stop.Signal) };
                return $"STOPSIGNAL {stop.Signal}";
            case HealthcheckInstruction health:
                Execution = Execution with { Healthcheck = health.Check };
                return $"HEALTHCHECK {Described(health.Check)}";
            case OnbuildInstruction onbuild:
                Execution = Execution with { OnBuild = [.. Execution.OnBuild ?? [], onbuild.Trigger] };
                return null;
            case MaintainerInstruction maintainer:
                _author = maintainer.Name;
                return $"MAINTAINER {maintainer.Name}";
            case RunInstruction run:
                return $"RUN {BuildArgumentsOfRun()}{string.Join(' ', run.Script(Shell).Arguments)}{LayerSuffix}";
            case CopyInstruction copy:
                return $"COPY{(copy.Parents ? " --parents" : "")}{Described(copy.Transfer)}{LayerSuffix}";
            case AddInstruction add:
                return $"ADD{Described(add.Transfer)}{LayerSuffix}";
            default:
                throw instruction.Source.Error($"{instruction.Origin.Keyword} does not change an image");
        }
    }

    /// <summary><c>|2 A=1 B=2 </c> when there are arguments: they are part of what the command did.</summary>
    private string BuildArgumentsOfRun()
    {
        IReadOnlyList<(string Name, string? Value)> arguments = Scope.Arguments;
        return arguments.Count == 0 ? "" : $"|{arguments.Count} {string.Concat(arguments.Select(argument => $"{argument.Name}={argument.Value} "))}";
    }

    private static string Described(FileTransfer transfer) => string.Concat(
    [
        transfer.Chown is { Text.Length: > 0 } owner ? $" --chown={owner}" : "",
        transfer.Chmod is { Text.Length: > 0 } mode ? $" --chmod={mode}" : "",
        .. transfer.Sources.Select(source => $" {source}"),
        .. transfer.Heredocs.Select(heredoc => $" <<{heredoc.Name}"),
        $" {transfer.Destination}",
    ]);

    private static string Described(HealthCheckConfig check) =>
        $"{{Test:{GoText.Plain(check.Test ?? [])} Interval:{GoText.Duration(check.Interval ?? 0)} Timeout:{GoText.Duration(check.Timeout ?? 0)} "
        + $"StartPeriod:{GoText.Duration(check.StartPeriod ?? 0)} StartInterval:{GoText.Duration(check.StartInterval ?? 0)} "
        + $"Retries:{check.Retries ?? 0}}}";

    private static string CheckedSignal(Word signal)
    {
        try
        {
            Signals.Parse(signal.Text);
            return signal.Text;
        }
        catch (WharfException problem)
        {
            throw signal.Source.Error(problem.Message, problem);
        }
    }

    private static string Joined(IEnumerable<Assignment> assignments) => string.Concat(assignments.Select(pair => $" {pair.Name}={pair.Value}"));

    private static List<string> Replaced(IReadOnlyList<string> environment, Assignment variable)
    {
        string prefix = variable.Name.Text + "=";
        List<string> replaced = [.. environment];
        int index = replaced.FindIndex(entry => entry.StartsWith(prefix, StringComparison.Ordinal));
        if (index < 0)
        {
            replaced.Add(prefix + variable.Value);
        }
        else
        {
            replaced[index] = prefix + variable.Value;
        }

        return replaced;
    }

    private static SortedDictionary<string, string> Merged(
        IReadOnlyDictionary<string, string>? labels, IEnumerable<KeyValuePair<string, string>> more)
    {
        SortedDictionary<string, string> merged = new((labels ?? new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal);
        foreach ((string name, string value) in more)
        {
            merged[name] = value;
        }

        return merged;
    }

    private static SortedDictionary<string, EmptyObject> Added(IReadOnlyDictionary<string, EmptyObject>? set, IEnumerable<string> more)
    {
        SortedDictionary<string, EmptyObject> added = new((set ?? new Dictionary<string, EmptyObject>()).ToDictionary(), StringComparer.Ordinal);
        foreach (string key in more)
        {
            added[key] = new EmptyObject();
        }

        return added;
    }
}
