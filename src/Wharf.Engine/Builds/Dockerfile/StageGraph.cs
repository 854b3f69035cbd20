using System.Globalization;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>Where a stage begins, or COPY and mounts take files from.</summary>
internal abstract record StageSource;

internal sealed record StageOutput(Stage Stage) : StageSource;

/// <summary><c>scratch</c>: nothing at all.</summary>
internal sealed record EmptyRoot : StageSource;

/// <summary>An image, or a named context of the build: whoever knows those looks at the name first.</summary>
/// <param name="Hint"><c> (did you mean builder?)</c> for the message when there is no such image; may be empty.</param>
internal sealed record ImageSource(string Name, string Hint, SourceRange Source) : StageSource
{
    /// <exception cref="DockerfileException">The name is no image's.</exception>
    internal ImageReference Reference
    {
        get
        {
            try
            {
                return ImageReference.Parse(Name);
            }
            catch (FormatException problem)
            {
                throw Source.Error($"failed to parse stage name {GoText.Quote(Name)}: {problem.Message}{Hint}", problem);
            }
        }
    }
}

/// <summary>The stages of a Dockerfile, with what each is built on and takes files from.</summary>
internal sealed class StageGraph
{
    private readonly DockerfileDocument _document;
    private readonly StageSource[] _bases;
    private readonly Platform?[] _platforms;

    /// <summary>As COPY and mounts see them: of two stages with one name the later.</summary>
    private readonly Dictionary<string, Stage> _byName = new(StringComparer.OrdinalIgnoreCase);

    private StageGraph(DockerfileDocument document)
    {
        _document = document;
        _bases = new StageSource[document.Stages.Count];
        _platforms = new Platform?[document.Stages.Count];
    }

    private IEnumerable<string> Names => _document.Stages.Select(stage => stage.Name).OfType<string>();

    /// <exception cref="DockerfileException">A FROM cannot be expanded, or stages need one another in a circle.</exception>
    internal static StageGraph Create(DockerfileDocument document, BuildArguments arguments)
    {
        var graph = new StageGraph(document);
        foreach (Stage stage in document.Stages)
        {
            graph._bases[stage.Index] = graph.BaseOf(stage.From, document, arguments);
            graph._platforms[stage.Index] = PlatformOf(stage.From, document, arguments);
            if (stage.Name is not null)
            {
                graph._byName[stage.Name] = stage;
            }
        }

        graph.RefuseCircles();
        return graph;
    }

    /// <summary>The stage of <c>--target</c>, by name or index; the last one when null or empty.</summary>
    /// <exception cref="WharfException">InvalidArgument: there is no such stage.</exception>
    internal Stage Target(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return _document.Stages[^1];
        }

        return _byName.GetValueOrDefault(name)
            ?? (TryIndex(name, out int index) ? _document.Stages.ElementAtOrDefault(index) : null)
            ?? throw WharfException.Invalid($"target stage {GoText.Quote(name)} could not be found{Suggestion.For(name, Names)}");
    }

    internal StageSource BaseOf(Stage stage) => _bases[stage.Index];

    /// <summary>Of <c>FROM --platform</c>; null when the target's is meant.</summary>
    internal Platform? PlatformOf(Stage stage) => _platforms[stage.Index];

    /// <summary>What <c>COPY --from</c> names: a stage before this one by name or index, or else an image.</summary>
    /// <exception cref="DockerfileException"/>
    internal StageSource CopySource(string from, Stage user, SourceRange place)
    {
        Stage? stage = ByIndexOrName(from);
        if (stage is null && TryIndex(from, out int index))
        {
            throw place.Error($"invalid stage index {index}");
        }

        return stage is null || stage.Index < user.Index
            ? ToSource(from, stage, place)
            : throw place.Error(
                $"cannot copy from stage {GoText.Quote(from)}, it needs to be defined before current stage {GoText.Quote(user.DisplayName)}");
    }

    /// <summary>What a mount's <c>from</c> names: a stage before this one by name, or else an image.</summary>
    /// <exception cref="DockerfileException"/>
    internal StageSource MountSource(RunMount mount, Stage user, SourceRange place)
    {
        Stage? stage = _byName.GetValueOrDefault(mount.From!);
        return stage is null || stage.Index < user.Index
            ? ToSource(mount.From!, stage, place)
            : throw place.Error(
                $"cannot mount from stage {GoText.Quote(mount.From!)} to {GoText.Quote(mount.Target ?? "")}, "
                + "stage needs to be defined before current command");
    }

    /// <summary>The stages that this one needs and itself, each after those that it needs. Triggers of base images are not looked at.</summary>
    internal IReadOnlyList<Stage> Needed(Stage target)
    {
        HashSet<int> needed = [target.Index];
        for (int index = target.Index; index >= 0; index--)
        {
            if (needed.Contains(index))
            {
                needed.UnionWith(DependenciesOf(_document.Stages[index]).Select(stage => stage.Index).Where(other => other < index));
            }
        }

        return [.. _document.Stages.Where(stage => needed.Contains(stage.Index))];
    }

    private StageSource BaseOf(FromInstruction from, DockerfileDocument document, BuildArguments arguments)
    {
        string name = new WordExpander(document.Escape, arguments.Variables).Expand(from.Image).Text;
        return name.Length > 0
            ? ToSource(name, _byName.GetValueOrDefault(name), from.Image.Source)
            : throw from.Image.Source.Error($"base name ({from.Image}) should not be blank");
    }

    private StageSource ToSource(string name, Stage? stage, SourceRange place) => stage switch
    {
        not null => new StageOutput(stage),
        null when name == "scratch" => new EmptyRoot(),
        null => new ImageSource(name, Suggestion.For(name, Names), place),
    };

    private static Platform? PlatformOf(FromInstruction from, DockerfileDocument document, BuildArguments arguments)
    {
        if (from.Platform is not { } word)
        {
            return null;
        }

        var expander = new WordExpander(document.Escape, arguments.Variables);
        string platform = expander.Expand(word).Text;
        string hint = expander.Unset.Select(name => Suggestion.For(name, arguments.Variables.Keys)).FirstOrDefault(text => text.Length > 0, "");
        if (platform.Length == 0)
        {
            throw word.Source.Error($"empty platform value from expression {word}{hint}");
        }

        try
        {
            return Platform.Parse(platform);
        }
        catch (FormatException problem)
        {
            throw word.Source.Error($"failed to parse platform {platform}: {problem.Message}{hint}", problem);
        }
    }

    /// <summary>A FROM names earlier stages only, so a circle goes through a COPY or a mount that names the same or a later stage.</summary>
    private void RefuseCircles()
    {
        bool[] isDone = new bool[_document.Stages.Count];
        bool[] isOnPath = new bool[_document.Stages.Count];
        foreach (Stage stage in _document.Stages)
        {
            Visit(stage);
        }

        void Visit(Stage stage)
        {
            if (isDone[stage.Index])
            {
                return;
            }

            if (isOnPath[stage.Index])
            {
                throw stage.From.Source.Error($"circular dependency detected on stage: {stage.DisplayName}");
            }

            isOnPath[stage.Index] = true;
            foreach (Stage dependency in DependenciesOf(stage))
            {
                Visit(dependency);
            }

            isOnPath[stage.Index] = false;
            isDone[stage.Index] = true;
        }
    }

    private IEnumerable<Stage> DependenciesOf(Stage stage)
    {
        IEnumerable<Stage?> copied = stage.Instructions.SelectMany(instruction => instruction switch
        {
            CopyInstruction { From: { } from } => [ByIndexOrName(from)],
            RunInstruction run => run.Mounts.Select(mount => mount.From is { } from ? _byName.GetValueOrDefault(from) : null),
            _ => Enumerable.Empty<Stage?>(),
        });
        return copied.Prepend((_bases[stage.Index] as StageOutput)?.Stage).OfType<Stage>();
    }

    private Stage? ByIndexOrName(string text) =>
        TryIndex(text, out int index) ? _document.Stages.ElementAtOrDefault(index) : _byName.GetValueOrDefault(text);

    private static bool TryIndex(string text, out int index) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
}
