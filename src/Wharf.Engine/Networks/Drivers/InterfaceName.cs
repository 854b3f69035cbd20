using System.Buffers;

namespace Wharf.Engine.Networks.Drivers;

/// <summary>
/// Names of interfaces that come from outside. They become part of paths under /proc/sys and of firewall rules, so less is allowed than the
/// kernel would (dev_valid_name).
/// </summary>
internal static class InterfaceName
{
    /// <summary>IFNAMSIZ less the terminator.</summary>
    internal const int MaxLength = 15;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static void Check(string name)
    {
        if (name.Length is 0 or > MaxLength || name is "." or ".." || name.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw WharfException.Invalid($"invalid interface name \"{name}\": 1 to {MaxLength} of letters, digits, '_', '-' and '.'");
        }
    }
}
