using System.Globalization;
using Wharf.Linux.Fds;

namespace Wharf.Engine.Host;

/// <summary>Who may talk to the engine: root and one group. Whoever may, is root on this machine.</summary>
public static class SocketPermissions
{
    private const string DefaultGroup = "wharf";
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <param name="group">Name or number; null takes the group <c>wharf</c> if there is one, and root otherwise.</param>
    /// <exception cref="WharfException">A group that was named does not exist.</exception>
    public static void Apply(string path, string? group)
    {
        uint? id = group is null ? Find(DefaultGroup) : Find(group) ?? throw WharfException.NotFound($"group {group} not found");
        if (id is { } known)
        {
            FileOwner.SetGroup(path, known);
        }

        File.SetUnixFileMode(path, OwnerAndGroup);
    }

    private static uint? Find(string group)
    {
        if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
        {
            return id;
        }

        foreach (string line in File.ReadLines("/etc/group"))
        {
            string[] fields = line.Split(':');
            if (fields.Length >= 3 && fields[0] == group && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out id))
            {
                return id;
            }
        }

        return null;
    }
}
