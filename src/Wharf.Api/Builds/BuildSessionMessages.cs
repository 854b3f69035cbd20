namespace Wharf.Api.Builds;

/// <summary>Something that happened in a build session's build. Which fields are there depends on <see cref="Type"/>.</summary>
public sealed class BuildEventMessage
{
    /// <summary><see cref="Steps"/>: all that will happen.</summary>
    public const string Planned = "planned";

    public const string Started = "started";

    /// <summary><see cref="Pull"/>: a base image on its way.</summary>
    public const string Pulling = "pulling";

    /// <summary><see cref="Text"/>, <see cref="Current"/>, <see cref="Total"/>: a file on its way.</summary>
    public const string Progress = "progress";

    /// <summary><see cref="Cached"/>, <see cref="Id"/>, <see cref="Milliseconds"/>.</summary>
    public const string Finished = "finished";

    /// <summary><see cref="Text"/>: the reason.</summary>
    public const string Failed = "failed";

    /// <summary><see cref="Reasons"/>: why the step was not in the cache.</summary>
    public const string Explained = "explained";

    /// <summary><see cref="Text"/>, <see cref="Code"/>, <see cref="Line"/>.</summary>
    public const string Warned = "warned";

    public string Type { get; set; } = "";

    /// <summary>Number of the step that it is about; 0 for none.</summary>
    public int Step { get; set; }

    public List<BuildStepMessage>? Steps { get; set; }
    public string? Text { get; set; }
    public string? Code { get; set; }
    public int Line { get; set; }
    public long? Current { get; set; }
    public long? Total { get; set; }
    public BuildPullMessage? Pull { get; set; }
    public bool Cached { get; set; }
    public string? Id { get; set; }
    public double Milliseconds { get; set; }
    public List<string>? Reasons { get; set; }
}

public sealed class BuildStepMessage
{
    public int Number { get; set; }
    public int Total { get; set; }
    public string Stage { get; set; } = "";
    public int StageNumber { get; set; }
    public int StageTotal { get; set; }
    public string Text { get; set; } = "";

    /// <summary>Of the Dockerfile; 0 for an ONBUILD trigger.</summary>
    public int Line { get; set; }
}

/// <summary>One line of a pull's progress.</summary>
public sealed class BuildPullMessage
{
    /// <summary>Short id of the layer; null for what is about the whole.</summary>
    public string? Layer { get; set; }

    public string Status { get; set; } = "";
    public long? Current { get; set; }
    public long? Total { get; set; }
}

/// <summary>The end of a build session, one way or the other.</summary>
public sealed class BuildResultMessage
{
    /// <summary>Of the image; null when the build failed.</summary>
    public string? ImageId { get; set; }

    public string? Error { get; set; }

    /// <summary>The status that the error would have had as an answer.</summary>
    public int Status { get; set; }

    /// <summary>Of the RUN step that failed.</summary>
    public int? ExitCode { get; set; }

    public string? Command { get; set; }

    /// <summary>The end of what the failed command said.</summary>
    public List<string>? LastLines { get; set; }
}
