using System.Globalization;
using Wharf.Linux.Files;

namespace Wharf.Engine.Containers.Security;

/// <summary>Who the program runs as, looked up in the container's own /etc/passwd and /etc/group.</summary>
internal sealed record ContainerUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids, string Home)
{
    /// <summary>These files come from the image: what lies beyond is not read.</summary>
    private const int MaxFileBytes = 4 << 20;

    /// <param name="root">The mounted root of the container, or its <c>/proc/PID/root</c>.</param>
    /// <param name="spec"><c>[USER][:GROUP]</c>.</param>
    /// <param name="groupAdd">Further groups, by name or number.</param>
    /// <exception cref="WharfException">A name that is not there, in Docker's words.</exception>
    internal static ContainerUser Lookup(string root, string spec, IReadOnlyList<string> groupAdd) => Resolve(
        RootedFiles.ReadText(root, "etc/passwd", MaxFileBytes) ?? "", RootedFiles.ReadText(root, "etc/group", MaxFileBytes) ?? "", spec, groupAdd);

    internal static ContainerUser Resolve(string passwd, string group, string spec, IReadOnlyList<string> groupAdd)
    {
        int colon = spec.IndexOf(':', StringComparison.Ordinal);
        string userPart = colon < 0 ? spec : spec[..colon];
        string groupPart = colon < 0 ? "" : spec[(colon + 1)..];

        PasswdEntry? entry = ReadPasswd(passwd).FirstOrDefault(candidate =>
            userPart.Length == 0 ? candidate.Uid == 0 : candidate.Name == userPart || IsNumber(userPart, candidate.Uid));
        uint uid = entry?.Uid ?? (userPart.Length == 0 ? 0 : Number(userPart)
            ?? throw WharfException.Invalid($"unable to find user {userPart}: no matching entries in passwd file"));
        uint gid = entry?.Gid ?? 0;

        List<GroupEntry> groups = [.. ReadGroups(group)];
        List<uint> additional = [];
        if (groupPart.Length > 0)
        {
            gid = FindGroup(groups, groupPart)
                ?? throw WharfException.Invalid($"unable to find group {groupPart}: no matching entries in group file");
        }
        else if (entry is not null)
        {
            additional.AddRange(groups.Where(candidate => candidate.Members.Contains(entry.Name)).Select(candidate => candidate.Gid));
        }

        additional.AddRange(groupAdd.Select(added => FindGroup(groups, added)
            ?? throw WharfException.Invalid($"Unable to find group {added}: no matching entries in group file")));

        // The primary group is listed too: otherwise setgroups(2) would drop it for a program that changes its gid (CVE-2022-36109).
        return new ContainerUser(uid, gid, [.. additional.Prepend(gid).Distinct()], entry?.Home ?? "/");
    }

    private static uint? FindGroup(List<GroupEntry> groups, string nameOrNumber) =>
        groups.FirstOrDefault(group => group.Name == nameOrNumber || IsNumber(nameOrNumber, group.Gid))?.Gid ?? Number(nameOrNumber);

    private static bool IsNumber(string text, uint id) => Number(text) == id;

    private static uint? Number(string text)
    {
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id))
        {
            return null;
        }

        return id <= int.MaxValue ? (uint)id : throw WharfException.Invalid("uids and gids must be in range 0-2147483647");
    }

    /// <summary>passwd(5): <c>name:password:uid:gid:comment:home:shell</c>. Lines that are not are skipped.</summary>
    private static IEnumerable<PasswdEntry> ReadPasswd(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length >= 6 && uint.TryParse(fields[2], out uint uid) && uint.TryParse(fields[3], out uint gid))
            {
                yield return new PasswdEntry(fields[0], uid, gid, fields[5]);
            }
        }
    }

    /// <summary>group(5): <c>name:password:gid:member,member</c>.</summary>
    private static IEnumerable<GroupEntry> ReadGroups(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length >= 4 && uint.TryParse(fields[2], out uint gid))
            {
                yield return new GroupEntry(fields[0], gid, fields[3].TrimEnd('\r').Split(',', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    private sealed record PasswdEntry(string Name, uint Uid, uint Gid, string Home);

    private sealed record GroupEntry(string Name, uint Gid, string[] Members);
}
