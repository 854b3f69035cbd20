namespace Wharf.Engine.Containers.Security;

/// <summary><c>--security-opt</c>, parsed. Labels of SELinux and AppArmor profiles are accepted for compatibility and have no effect without those systems.</summary>
internal sealed record SecurityOptions
{
    internal const string Unconfined = "unconfined";
    internal const string Builtin = "builtin";

    /// <summary><c>unconfined</c>, <c>builtin</c>, or a profile as JSON (clients read the file); null takes the engine's.</summary>
    internal string? Seccomp { get; private init; }

    internal bool? NoNewPrivileges { get; private init; }
    internal string? AppArmor { get; private init; }

    /// <summary><c>systempaths=unconfined</c>: nothing in /proc and /sys is masked or protected.</summary>
    internal bool SystemPathsUnconfined { get; private init; }

    internal static SecurityOptions Parse(IEnumerable<string> options)
    {
        var parsed = new SecurityOptions();
        foreach (string option in options)
        {
            parsed = parsed.With(option);
        }

        return parsed;
    }

    private SecurityOptions With(string option)
    {
        if (option == "no-new-privileges")
        {
            return this with { NoNewPrivileges = true };
        }

        if (option == "disable")
        {
            return this;
        }

        // Old clients write a colon; a seccomp profile is JSON and has both.
        int separator = option.AsSpan().IndexOfAny('=', ':');
        if (separator < 0)
        {
            throw WharfException.Invalid($"invalid --security-opt 1: \"{option}\"");
        }

        string value = option[(separator + 1)..];
        return option[..separator] switch
        {
            "label" => this,
            "apparmor" => this with { AppArmor = value },
            "seccomp" => this with { Seccomp = value },
            "no-new-privileges" when bool.TryParse(value, out bool on) => this with { NoNewPrivileges = on },
            "systempaths" when value == Unconfined => this with { SystemPathsUnconfined = true },
            _ => throw WharfException.Invalid($"invalid --security-opt 2: \"{option}\""),
        };
    }
}
