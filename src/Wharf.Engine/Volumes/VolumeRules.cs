using System.Buffers;

namespace Wharf.Engine.Volumes;

/// <summary>What a volume may be called and made of, in Docker's words.</summary>
internal static class VolumeRules
{
    internal const string LocalDriver = "local";

    /// <summary>A name is a directory's name, and the kernel's limit for one is 255 bytes.</summary>
    private const int MaxNameLength = 255;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    internal static void CheckName(string name)
    {
        if (name.Length < 2)
        {
            throw WharfException.Invalid($"create {name}: volume name is too short, names should be at least two alphanumeric characters");
        }

        if (name.AsSpan().ContainsAnyExcept(NameCharacters) || !char.IsAsciiLetterOrDigit(name[0]))
        {
            throw WharfException.Invalid(
                $"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. "
                + "If you intended to pass a host directory, use absolute path");
        }

        if (name.Length > MaxNameLength)
        {
            throw WharfException.Invalid($"create {name}: volume name is too long, names should be at most {MaxNameLength} characters");
        }
    }

    internal static void CheckDriver(string name, string driver)
    {
        if (driver != LocalDriver)
        {
            throw WharfException.NotFound($"create {name}: error looking up volume plugin {driver}: plugin \"{driver}\" not found");
        }
    }

    internal static void CheckOptions(string name, IReadOnlyDictionary<string, string> options)
    {
        foreach (string option in options.Keys)
        {
            throw option is "type" or "device" or "o" or "size"
                ? new WharfException(
                    ErrorKind.NotImplemented,
                    $"create {name}: option \"{option}\" of the local volume driver is not supported by this version of wharf: mount the device on the host and use a bind mount")
                : WharfException.Invalid($"create {name}: invalid option: \"{option}\"");
        }
    }
}
