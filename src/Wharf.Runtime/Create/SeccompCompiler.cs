using System.Runtime.InteropServices;
using Wharf.Linux.Seccomp;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>
/// Turns a profile into the kernel's instructions. Compiling takes libseccomp about 12 ms for Docker's default profile, more than all the
/// rest of a start, so the result is kept in a file.
/// </summary>
internal static class SeccompCompiler
{
    private const uint Allow = 0x7fff_0000;

    /// <param name="cacheDirectory">Where compiled filters are kept; null compiles anew.</param>
    internal static byte[] Compile(Seccomp profile, string? cacheDirectory)
    {
        if (cacheDirectory is null || profile.Source.IsEmpty)
        {
            return Compile(profile);
        }

        byte[] key = [.. profile.Source.Span, (byte)RuntimeInformation.ProcessArchitecture];
        string path = Path.Combine(cacheDirectory, Fingerprint(key).ToString("x16"));
        if (ReadCached(path, key) is { } cached)
        {
            return cached;
        }

        byte[] filter = Compile(profile);
        Directory.CreateDirectory(cacheDirectory);
        string temporary = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(temporary, [.. BitConverter.GetBytes(key.Length), .. key, .. filter]);
        File.Move(temporary, path, overwrite: true);
        return filter;
    }

    /// <summary>SECCOMP_FILTER_FLAG_* of the profile's flags.</summary>
    internal static uint Flags(Seccomp profile)
    {
        uint flags = 0;
        foreach (string flag in profile.Flags ?? [])
        {
            flags |= flag switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => 1u,
                "SECCOMP_FILTER_FLAG_LOG" => 2u,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4u,
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => 32u,
                _ => throw new RuntimeFailure($"linux.seccomp.flags: unknown flag '{flag}'"),
            };
        }

        return flags;
    }

    /// <summary>The file holds the profile it was compiled from: equal names are not enough to trust a security filter.</summary>
    private static byte[]? ReadCached(string path, byte[] key)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            int start = sizeof(int) + key.Length;
            return file.Length > start && BitConverter.ToInt32(file) == key.Length && file.AsSpan(sizeof(int), key.Length).SequenceEqual(key)
                ? file[start..]
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>FNV-1a. The hash functions of .NET load OpenSSL, which takes longer than compiling the filter.</summary>
    private static ulong Fingerprint(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }

    private static byte[] Compile(Seccomp profile)
    {
        using var filter = new SeccompFilter(Action(profile.DefaultAction, profile.DefaultErrnoRet));
        foreach (string architecture in profile.Architectures ?? [])
        {
            string name = architecture.Replace("SCMP_ARCH_", "", StringComparison.Ordinal).ToLowerInvariant();
            if (!filter.AddArchitecture(name))
            {
                throw new RuntimeFailure($"linux.seccomp.architectures: unknown architecture '{architecture}'");
            }
        }

        foreach (SeccompSyscall rule in profile.Syscalls ?? [])
        {
            uint action = Action(rule.Action, rule.ErrnoRet);
            AddRule(filter, action, rule);
        }

        return filter.Export();
    }

    private static void AddRule(SeccompFilter filter, uint action, SeccompSyscall rule)
    {
        SeccompComparison[] conditions = [.. (rule.Args ?? []).Select(argument =>
            new SeccompComparison(argument.Index, Comparison(argument.Op), argument.Value, argument.ValueTwo))];

        // libseccomp takes one condition per argument in a rule; several on the same argument mean "any of them", as in runc.
        bool repeated = conditions.GroupBy(condition => condition.Index).Any(group => group.Count() > 1);
        foreach (string name in rule.Names)
        {
            if (!repeated)
            {
                filter.AddRule(action, name, conditions);
                continue;
            }

            foreach (SeccompComparison condition in conditions)
            {
                filter.AddRule(action, name, [condition]);
            }
        }
    }

    private static uint Action(string name, uint? errno) => name switch
    {
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0x0000_0000,
        "SCMP_ACT_KILL_PROCESS" => 0x8000_0000,
        "SCMP_ACT_TRAP" => 0x0003_0000,
        "SCMP_ACT_ERRNO" => 0x0005_0000 | ((errno ?? 1) & 0xffff),
        "SCMP_ACT_TRACE" => 0x7ff0_0000 | ((errno ?? 1) & 0xffff),
        "SCMP_ACT_LOG" => 0x7ffc_0000,
        "SCMP_ACT_NOTIFY" => 0x7fc0_0000,
        "SCMP_ACT_ALLOW" => Allow,
        _ => throw new RuntimeFailure($"linux.seccomp: unknown action '{name}'"),
    };

    private static int Comparison(string name) => name switch
    {
        "SCMP_CMP_NE" => 1,
        "SCMP_CMP_LT" => 2,
        "SCMP_CMP_LE" => 3,
        "SCMP_CMP_EQ" => 4,
        "SCMP_CMP_GE" => 5,
        "SCMP_CMP_GT" => 6,
        "SCMP_CMP_MASKED_EQ" => 7,
        _ => throw new RuntimeFailure($"linux.seccomp: unknown comparison '{name}'"),
    };
}
