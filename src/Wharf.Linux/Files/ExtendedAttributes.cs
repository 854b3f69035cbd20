using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>All extended attributes of an open file (xattr(7)).</summary>
internal static class ExtendedAttributes
{
    private const int MostNames = 256;
    private const int MaxBytes = 65536; // XATTR_LIST_MAX and XATTR_SIZE_MAX

    /// <summary>In the file system's order; none where it has none, or does not say.</summary>
    internal static List<ExtendedAttribute> Of(SafeFileHandle file)
    {
        // Most files have none, or one.
        Span<byte> names = stackalloc byte[MostNames];
        nint size = LibC.ListAttributes(file, ref names[0], names.Length);
        if (size < 0)
        {
            names = new byte[MaxBytes];
            size = LibC.ListAttributes(file, ref names[0], names.Length);
        }

        List<ExtendedAttribute> attributes = [];
        if (size <= 0)
        {
            return attributes;
        }

        byte[] value = new byte[MaxBytes];
        for (names = names[..(int)size]; !names.IsEmpty;)
        {
            int end = names.IndexOf((byte)0);
            nint length = LibC.GetAttribute(file, ref names[0], ref value[0], value.Length);
            if (length >= 0)
            {
                attributes.Add(new ExtendedAttribute(Encoding.UTF8.GetString(names[..end]), value[..(int)length]));
            }

            names = names[(end + 1)..];
        }

        return attributes;
    }
}
