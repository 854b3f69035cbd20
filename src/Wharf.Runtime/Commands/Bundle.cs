using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Commands;

/// <summary>A directory with a configuration.</summary>
/// <param name="Config">What <c>config.json</c> has in it, byte by byte.</param>
internal sealed record Bundle(string Directory, byte[] Config, Spec Spec)
{
    private const long MaxConfigBytes = 8 << 20;

    /// <exception cref="RuntimeFailure">There is none, it is too large, or it is not what the specification says; names the field.</exception>
    internal static Bundle Read(string directory)
    {
        string path = Path.Combine(directory, "config.json");
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxConfigBytes })
            {
                throw new RuntimeFailure($"{path}: larger than {MaxConfigBytes >> 20} MiB");
            }

            byte[] config = File.ReadAllBytes(path);
            return new Bundle(directory, config, SpecReader.Read(config));
        }
        catch (JsonException malformed)
        {
            string where = malformed.Path ?? $"line {malformed.LineNumber + 1}";
            throw new RuntimeFailure($"{path}: at {where}: not what the specification says");
        }
        catch (IOException missing)
        {
            throw new RuntimeFailure($"{path}: {(missing is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : missing.Message)}");
        }
    }
}
