using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Commands;

/// <summary>Reading a bundle's configuration.</summary>
internal static class Bundle
{
    private const long MaxConfigBytes = 8 << 20;

    /// <exception cref="RuntimeFailure">There is none, it is too large, or it is not what the specification says; names the field.</exception>
    internal static Spec Read(string bundle)
    {
        string path = Path.Combine(bundle, "config.json");
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxConfigBytes })
            {
                throw new RuntimeFailure($"{path}: larger than {MaxConfigBytes >> 20} MiB");
            }

            // Metadata of its own, which goes with it: a monitor reads one document and then idles for days.
            var metadata = new RuntimeSpecJson(new JsonSerializerOptions(RuntimeSpecJson.Default.Options));
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), metadata.Spec) ?? throw new RuntimeFailure($"{path}: is null");
        }
        catch (JsonException malformed)
        {
            throw new RuntimeFailure($"{path}: at {malformed.Path ?? "$"}, line {malformed.LineNumber + 1}: not what the specification says");
        }
        catch (IOException missing)
        {
            throw new RuntimeFailure($"{path}: {(missing is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : missing.Message)}");
        }
    }
}
