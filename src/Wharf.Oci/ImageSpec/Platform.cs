using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Wharf.Oci.ImageSpec;

/// <summary>What an image runs on: <c>linux/arm64/v8</c>. Compare <see cref="Normalized"/> values: one machine has several spellings.</summary>
/// <param name="Variant">Of the architecture: <c>v7</c>, <c>v8</c>; null for the base one.</param>
public sealed partial record Platform(string Os, string Architecture, string? Variant = null)
{
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    /// <summary>The machine that this program runs on, normalised.</summary>
    public static Platform Host { get; } = new Platform("linux", HostArchitecture(), RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.Arm => "v7",
        System.Runtime.InteropServices.Architecture.Armv6 => "v6",
        _ => null,
    }).Normalized;

    /// <summary>The same platform in the one spelling that is compared, as containerd's <c>platforms.Normalize</c> gives it.</summary>
    [JsonIgnore]
    public Platform Normalized
    {
        get
        {
            string os = Os.ToLowerInvariant() is "macos" ? "darwin" : Os.ToLowerInvariant();
            (string architecture, string? variant) = (Architecture.ToLowerInvariant(), Variant?.ToLowerInvariant()) switch
            {
                ("i386", _) => ("386", null),
                ("x86_64" or "x86-64" or "amd64", "v1" or "" or null) => ("amd64", null),
                ("x86_64" or "x86-64", var level) => ("amd64", level),
                ("aarch64" or "arm64", "8" or "v8" or "v8.0" or "" or null) => ("arm64", null),
                ("aarch64", var level) => ("arm64", level),
                ("armhf", _) => ("arm", "v7"),
                ("armel", _) => ("arm", "v6"),
                ("arm", "" or null or "7") => ("arm", "v7"),
                ("arm", "5" or "6" or "8") => ("arm", "v" + Variant),
                (var other, "") => (other, null),
                var same => same,
            };
            return this with { Os = os, Architecture = architecture, Variant = variant };
        }
    }

    /// <summary>Reads <c>os/arch[/variant]</c>, <c>os</c> or <c>arch</c>; what is left out is the host's.</summary>
    /// <exception cref="FormatException"/>
    public static Platform Parse(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 3 || parts.Any(part => !Component().IsMatch(part)))
        {
            throw new FormatException($"\"{text}\": an OS, architecture or os/arch[/variant] specifier is required: invalid argument");
        }

        if (parts.Length > 1)
        {
            return new Platform(parts[0], parts[1], parts.Length > 2 ? parts[2] : null).Normalized;
        }

        if (IsOperatingSystem(parts[0]))
        {
            return Host with { Os = new Platform(parts[0], "").Normalized.Os };
        }

        Platform bare = new Platform(Host.Os, parts[0]).Normalized;
        return IsArchitecture(bare.Architecture)
            ? bare
            : throw new FormatException($"\"{text}\": unknown operating system or architecture: invalid argument");
    }

    /// <summary><c>os/arch[/variant]</c>.</summary>
    public override string ToString() => string.IsNullOrEmpty(Variant) ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static bool IsOperatingSystem(string name) =>
        name.ToLowerInvariant() is "linux" or "windows" or "darwin" or "macos" or "freebsd" or "netbsd" or "openbsd" or "solaris" or "wasip1" or "js" or "aix" or "android";

    private static bool IsArchitecture(string name) =>
        name is "amd64" or "386" or "arm64" or "arm" or "ppc64" or "ppc64le" or "s390x" or "riscv64" or "loong64" or "mips" or "mipsle" or "mips64" or "mips64le" or "wasm";

    private static string HostArchitecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Armv6 => "arm",
        System.Runtime.InteropServices.Architecture.LoongArch64 => "loong64",
        System.Runtime.InteropServices.Architecture.RiscV64 => "riscv64",
        var other => other.ToString().ToLowerInvariant(),
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]+\z")]
    private static partial Regex Component();
}
