namespace Wharf.Engine.Containers.Mounts;

/// <summary>One <c>-v</c>: <c>[source:]target[:options]</c>, with Docker's checks and words.</summary>
internal sealed record BindSpec
{
    private static readonly string[] Propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

    /// <summary>Absolute path, volume name, or empty for an anonymous volume.</summary>
    internal required string Source { get; init; }

    internal required string Target { get; init; }
    internal string Mode { get; init; } = "";
    internal bool ReadOnly { get; init; }
    internal bool NoCopy { get; init; }
    internal string Propagation { get; init; } = "";

    internal bool IsPath => Source.StartsWith('/');

    internal static BindSpec Parse(string text)
    {
        string[] parts = text.Contains('\0', StringComparison.Ordinal) ? [] : text.Split(':');
        return parts switch
        {
            [{ Length: > 0 } target] => Check(text, new BindSpec { Source = "", Target = target }),
            [{ Length: > 0 } source, { Length: > 0 } target] => Check(text, new BindSpec { Source = source, Target = target }),
            [{ Length: > 0 } source, { Length: > 0 } target, { Length: > 0 } mode] =>
                Check(text, WithMode(new BindSpec { Source = source, Target = target, Mode = mode })),
            _ => throw Invalid(text),
        };
    }

    /// <summary>Checks what every mount's target must be; <paramref name="type"/> is for the message.</summary>
    internal static string CheckTarget(string type, string target)
    {
        if (target.Length == 0)
        {
            throw WharfException.Invalid($"invalid mount config for type \"{type}\": field Target must not be empty");
        }

        if (!target.StartsWith('/') || target.Contains('\0', StringComparison.Ordinal))
        {
            throw WharfException.Invalid($"invalid mount config for type \"{type}\": invalid mount path: '{target}' mount path must be absolute");
        }

        string clean = Path.GetFullPath(target);
        return clean == "/"
            ? throw WharfException.Invalid($"invalid mount config for type \"{type}\": invalid specification: destination can't be '/'")
            : clean.TrimEnd('/');
    }

    private static BindSpec Check(string text, BindSpec spec)
    {
        try
        {
            spec = spec with { Target = CheckTarget(spec.IsPath ? "bind" : "volume", spec.Target) };
        }
        catch (WharfException invalid)
        {
            throw WharfException.Invalid($"invalid volume specification: '{text}': {invalid.Message}");
        }

        if (spec.IsPath)
        {
            return spec with
            {
                Source = Path.GetFullPath(spec.Source) is { Length: > 1 } path ? path.TrimEnd('/') : "/",
                Propagation = spec.Propagation.Length == 0 ? "rprivate" : spec.Propagation,
            };
        }

        if (spec.Propagation.Length > 0)
        {
            throw WharfException.Invalid($"invalid volume specification: '{text}': invalid mode: {spec.Mode}");
        }

        return spec.Source.Length == 0 || IsVolumeName(spec.Source)
            ? spec
            : throw WharfException.Invalid(
                $"create {spec.Source}: \"{spec.Source}\" includes invalid characters for a local volume name, only "
                + "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
    }

    private static bool IsVolumeName(string name) =>
        name.Length > 1 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static BindSpec WithMode(BindSpec spec)
    {
        int access = 0, labels = 0, copies = 0, propagations = 0;
        foreach (string option in spec.Mode.Split(','))
        {
            switch (option)
            {
                case "rw":
                    access++;
                    break;
                case "ro":
                    access++;
                    spec = spec with { ReadOnly = true };
                    break;
                case "z" or "Z":
                    labels++;
                    break;
                case "nocopy":
                    copies++;
                    spec = spec with { NoCopy = true };
                    break;

                // Consistency hints of Docker for Mac: accepted, without effect.
                case "consistent" or "cached" or "delegated":
                    break;
                default:
                    if (!Propagations.Contains(option))
                    {
                        throw WharfException.Invalid($"invalid mode: {spec.Mode}");
                    }

                    propagations++;
                    spec = spec with { Propagation = option };
                    break;
            }
        }

        return access > 1 || labels > 1 || copies > 1 || propagations > 1 || (copies > 0 && spec.IsPath)
            ? throw WharfException.Invalid($"invalid mode: {spec.Mode}")
            : spec;
    }

    private static WharfException Invalid(string text) => WharfException.Invalid($"invalid volume specification: '{text}'");
}
