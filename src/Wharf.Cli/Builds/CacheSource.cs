using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Builds;

/// <summary>A value of <c>--cache-from</c>: names of images, or BuildKit's form <c>type=registry,ref=NAME</c>.</summary>
internal static class CacheSource
{
    /// <exception cref="CommandFailure">A kind of cache that there is not.</exception>
    internal static IEnumerable<string> Parse(string text)
    {
        if (!text.Contains('='))
        {
            return text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        }

        string? name = null;
        foreach (string field in text.Split(','))
        {
            switch (field.Split('=', 2))
            {
                case ["type", "registry"]:
                    break;
                case ["type", var kind]:
                    throw new CommandFailure($"--cache-from: a cache of type {kind} is not supported: name an image, or type=registry,ref=IMAGE");
                case ["ref", var reference]:
                    name = reference;
                    break;
                default:
                    throw new CommandFailure($"--cache-from: invalid field \"{field}\" in \"{text}\"");
            }
        }

        return [name ?? throw new CommandFailure($"--cache-from: \"{text}\" names no image: ref=IMAGE is missing")];
    }
}
