namespace Wharf.Engine;

/// <summary>What went wrong, in the few words that a caller can act on. The daemon maps each to one HTTP status.</summary>
public enum ErrorKind
{
    /// <summary>The request itself is wrong; nothing was changed. 400.</summary>
    InvalidArgument,

    /// <summary>Credentials are missing or were refused. 401.</summary>
    Unauthorized,

    /// <summary>The engine will not do this whoever asks. 403.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>The object is in a state, or in use, such that this cannot be done now. 409.</summary>
    Conflict,

    /// <summary>500.</summary>
    Internal,

    /// <summary>501.</summary>
    NotImplemented,

    /// <summary>Something outside the engine does not answer. 503.</summary>
    Unavailable,
}

/// <summary>The engine's one exception for failures that a caller may see: a kind for programs, a sentence for people.</summary>
public class WharfException : Exception
{
    public WharfException(ErrorKind kind, string message, Exception? cause = null)
        : base(message, cause) => Kind = kind;

    public ErrorKind Kind { get; }

    public static WharfException NotFound(string message) => new(ErrorKind.NotFound, message);

    public static WharfException Invalid(string message) => new(ErrorKind.InvalidArgument, message);

    public static WharfException Conflict(string message) => new(ErrorKind.Conflict, message);
}
