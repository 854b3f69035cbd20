using System.Globalization;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Logs;

/// <summary>
/// Docker's log options, as the plain numbers that a monitor takes. Drivers: <c>json-file</c>, <c>local</c> (kept in the same format: it is
/// private to an engine) and <c>none</c>. As with Docker, names are checked when a container is made and values when it is started.
/// </summary>
internal static class LogDriverOptions
{
    private static readonly Defaults JsonFile = new(MaxSize: 10_000_000, MaxFiles: 3, Compress: false);
    private static readonly Defaults Local = new(MaxSize: 20 << 20, MaxFiles: 5, Compress: true);

    private static readonly string[] Known =
        ["max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag", "mode", "max-buffer-size"];

    /// <exception cref="WharfException">An unknown driver or option, in Docker's words.</exception>
    internal static void Check(string driver, IReadOnlyDictionary<string, string> options)
    {
        if (driver == "none")
        {
            return;
        }

        if (driver is not ("json-file" or "local"))
        {
            throw WharfException.Invalid($"error looking up logging plugin {driver}: plugin \"{driver}\" not found");
        }

        CheckMode(options);
        if (options.Keys.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw WharfException.Invalid(
                driver == "local" ? $"unknown log opt '{unknown}' for log driver local" : $"unknown log opt '{unknown}' for json-file log driver");
        }
    }

    /// <param name="container">Labels, environment and the values that <c>tag</c> may name.</param>
    /// <exception cref="WharfException">What <see cref="Check"/> refuses, or a value that is none.</exception>
    internal static LogSettings Parse(string driver, IReadOnlyDictionary<string, string> options, string path, LogSubject container)
    {
        Check(driver, options);
        if (driver == "none")
        {
            return new LogSettings { Driver = "none" };
        }

        Defaults defaults = driver == "local" ? Local : JsonFile;
        long maxSize = options.TryGetValue("max-size", out string? size) ? ParseMaxSize(size) : defaults.MaxSize;
        int maxFiles = options.TryGetValue("max-file", out string? files) ? ParseMaxFiles(files) : defaults.MaxFiles;
        bool compress = options.TryGetValue("compress", out string? flag) ? ParseFlag(flag) : defaults.Compress;
        if (compress && (maxFiles < 2 || maxSize == 0))
        {
            throw Refused(driver == "local"
                ? $"compression cannot be enabled when max file count is {maxFiles}"
                : "compress cannot be true when max-file is less than 2 or max-size is not set");
        }

        return new LogSettings
        {
            Driver = "json-file",
            Path = path,
            MaxSize = maxSize,
            MaxFiles = maxFiles,
            Compress = compress,
            Attributes = LogAttributes.Select(options, container),
        };
    }

    /// <summary>The log is a file of this machine, so both modes are the same here; what they may be combined with is Docker's.</summary>
    private static void CheckMode(IReadOnlyDictionary<string, string> options)
    {
        string mode = options.GetValueOrDefault("mode", "");
        if (mode is not ("" or "blocking" or "non-blocking"))
        {
            throw WharfException.Invalid($"logger: logging mode not supported: {mode}");
        }

        if (options.TryGetValue("max-buffer-size", out string? size))
        {
            if (mode != "non-blocking")
            {
                throw WharfException.Invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
            }

            if (LogSize.Parse(size, kilo: 1024) is null)
            {
                throw WharfException.Invalid($"error parsing option max-buffer-size: invalid size: '{size}'");
            }
        }
    }

    /// <summary>Units are powers of 1000, as Docker has them here. -1 is "never rotate", which a monitor knows as 0.</summary>
    private static long ParseMaxSize(string text)
    {
        if (text == "-1")
        {
            return 0;
        }

        long bytes = LogSize.Parse(text, kilo: 1000) ?? throw Refused($"invalid size: '{text}'");
        return bytes > 0 ? bytes : throw Refused("max-size must be a positive number");
    }

    private static int ParseMaxFiles(string text)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count))
        {
            throw Refused($"max-file must be a number, not '{text}'");
        }

        return count >= 1 ? count : throw Refused("max-file cannot be less than 1");
    }

    /// <summary>What Go takes for a truth value.</summary>
    private static bool ParseFlag(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw Refused($"compress must be true or false, not '{text}'"),
    };

    private static WharfException Refused(string reason) => WharfException.Invalid($"failed to initialize logging driver: {reason}");

    private sealed record Defaults(long MaxSize, int MaxFiles, bool Compress);
}
