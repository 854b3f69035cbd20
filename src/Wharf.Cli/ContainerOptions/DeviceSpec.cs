using System.Globalization;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine.Values;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>--device /dev/x[:/dev/y[:rwm]]</c>, <c>--device-read-bps /dev/x:1mb</c> and their kin, <c>--gpus</c>.</summary>
internal static class DeviceSpec
{
    internal static DeviceMapping Parse(string text)
    {
        string[] parts = text.Split(':');
        var mapping = new DeviceMapping { PathOnHost = parts[0], PathInContainer = parts[0], CgroupPermissions = "rwm" };
        switch (parts.Length)
        {
            case 1:
                return mapping;
            case 2 when IsPermissions(parts[1]):
                mapping.CgroupPermissions = parts[1];
                return mapping;
            case 2:
                mapping.PathInContainer = parts[1];
                return mapping;
            case 3 when IsPermissions(parts[2]):
                mapping.PathInContainer = parts[1].Length > 0 ? parts[1] : parts[0];
                mapping.CgroupPermissions = parts[2];
                return mapping;
            case 3:
                throw new FormatException($"bad mode specified: {parts[2]}");
            default:
                throw new FormatException($"invalid device specification: {text}");
        }
    }

    internal static string CheckWeight(string text) => Checked(text, ParseWeight);

    internal static string CheckByteRate(string text) => Checked(text, ParseByteRate);

    internal static string CheckRate(string text) => Checked(text, ParseRate);

    internal static WeightDevice ParseWeight(string text)
    {
        (string path, string value) = Split(text);
        return ushort.TryParse(value, NumberStyles.None, null, out ushort weight) && weight is 0 or (>= 10 and <= 1000)
            ? new WeightDevice { Path = path, Weight = weight }
            : throw new FormatException($"invalid weight for device: {text}");
    }

    internal static ThrottleDevice ParseByteRate(string text)
    {
        (string path, string value) = Split(text);
        try
        {
            return new ThrottleDevice { Path = path, Rate = (ulong)ByteSize.Parse(value) };
        }
        catch (FormatException)
        {
            throw new FormatException(
                $"invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb");
        }
    }

    internal static ThrottleDevice ParseRate(string text)
    {
        (string path, string value) = Split(text);
        return ulong.TryParse(value, NumberStyles.None, null, out ulong rate)
            ? new ThrottleDevice { Path = path, Rate = rate }
            : throw new FormatException(
                $"invalid rate for device: {text}. The correct format is <device-path>:<number>. Number must be a positive integer");
    }

    /// <summary><c>all</c>, a count, or <c>device=0,1</c>.</summary>
    internal static DeviceRequest ParseGpus(string text) => new()
    {
        Count = text == "all" ? -1 : int.TryParse(text, out int count) ? count : 0,
        DeviceIDs = text.StartsWith("device=", StringComparison.Ordinal) ? text["device=".Length..].Split(',') : null,
        Capabilities = [["gpu"]],
    };

    private static (string Path, string Value) Split(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            throw new FormatException($"bad format: {text}");
        }

        return text.StartsWith("/dev/", StringComparison.Ordinal)
            ? (text[..colon], text[(colon + 1)..])
            : throw new FormatException($"bad format for device path: {text}");
    }

    private static string Checked<T>(string text, Func<string, T> parse)
    {
        parse(text);
        return text;
    }

    private static bool IsPermissions(string text) =>
        text.Length is > 0 and <= 3 && text.Distinct().Count() == text.Length && text.All(letter => letter is 'r' or 'w' or 'm');
}
