using System.Globalization;
using System.Net.NetworkInformation;

namespace Wharf.Engine.Networks.Addresses;

/// <summary>MAC addresses in Docker's form, <c>02:42:ac:11:00:02</c>.</summary>
internal static class MacAddress
{
    private const int Length = 6;

    internal static string Format(PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));

    /// <exception cref="WharfException">InvalidArgument, in Docker's words.</exception>
    internal static PhysicalAddress Parse(string text)
    {
        string[] parts = text.Split(':', '-');
        byte[] bytes = new byte[Length];
        bool good = parts.Length == Length;
        for (int i = 0; good && i < Length; i++)
        {
            good = parts[i].Length == 2 && byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]);
        }

        return good ? new PhysicalAddress(bytes) : throw WharfException.Invalid($"invalid MAC address: {text}");
    }
}
