namespace Wharf.Engine.Images.Unpack;

/// <summary>Names of entries as paths below the root.</summary>
internal static class EntryPath
{
    /// <summary>
    /// Without leading slash, <c>.</c>, empty components and <c>..</c>, which takes away the component before it as Go's path.Clean does.
    /// </summary>
    /// <exception cref="WharfException">It leads out of the root.</exception>
    internal static byte[] Normalize(ReadOnlySpan<byte> name, string displayName)
    {
        if (IsNormal(name))
        {
            return name.ToArray();
        }

        Span<byte> path = name.Length <= 512 ? stackalloc byte[name.Length] : new byte[name.Length];
        int length = 0;
        foreach (Range range in name.Split((byte)'/'))
        {
            ReadOnlySpan<byte> component = name[range];
            switch (component)
            {
                case [] or [(byte)'.']:
                    break;
                case [(byte)'.', (byte)'.'] when length == 0:
                    throw WharfException.Invalid($"archive entry \"{displayName}\" leads out of the root directory");
                case [(byte)'.', (byte)'.']:
                    length = Math.Max(0, path[..length].LastIndexOf((byte)'/'));
                    break;
                default:
                    if (length > 0)
                    {
                        path[length++] = (byte)'/';
                    }

                    component.CopyTo(path[length..]);
                    length += component.Length;
                    break;
            }
        }

        return path[..length].ToArray();
    }

    /// <summary>Most names are as they should be: no empty or dotted component, which all begin with a slash or a dot.</summary>
    private static bool IsNormal(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && name[0] is not ((byte)'/' or (byte)'.') && name[^1] != (byte)'/'
        && name.IndexOf("//"u8) < 0 && name.IndexOf("/."u8) < 0;
}
