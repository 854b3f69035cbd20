namespace Wharf.Api.Builds;

/// <summary>What a frame of a build session carries. The client sends those below 64, the daemon the others.</summary>
public enum BuildFrame : byte
{
    /// <summary>JSON: <see cref="BuildSessionRequest"/>.</summary>
    Request = 1,

    /// <summary>Some entries of a directory (<see cref="ListingWriter"/>).</summary>
    Entries = 2,

    /// <summary>The listing is complete.</summary>
    EntriesEnd = 3,

    /// <summary>A small file whole: <see cref="SentFile"/>, then its bytes.</summary>
    File = 4,

    /// <summary>A large file: <see cref="SentFile"/>; <see cref="FileData"/> follow.</summary>
    FileBegin = 5,

    /// <summary>Bytes of the large file.</summary>
    FileData = 6,

    /// <summary>One byte: 1 when the file is whole, 0 when it changed meanwhile and will be sent again.</summary>
    FileEnd = 7,

    /// <summary>All files that were missing have been sent.</summary>
    FilesEnd = 8,

    /// <summary>Bytes of an archive.</summary>
    ArchiveData = 9,

    ArchiveEnd = 10,

    /// <summary>A length (64 bits, little-endian): so many zeros of the large file.</summary>
    FileHole = 11,

    /// <summary>Numbers of entries, 32 bits each, little-endian: the files that the daemon lacks.</summary>
    Missing = 64,

    /// <summary>There are no more.</summary>
    MissingEnd = 65,

    /// <summary>JSON: <see cref="BuildEventMessage"/>.</summary>
    Event = 66,

    /// <summary>Number of the step (32 bits, little-endian), 1 for stdout or 2 for stderr, then bytes that a step wrote.</summary>
    Output = 67,

    /// <summary>JSON: <see cref="BuildResultMessage"/>; the last frame.</summary>
    Result = 68,
}
