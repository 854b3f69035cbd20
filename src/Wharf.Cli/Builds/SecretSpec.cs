using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Builds;

/// <summary><c>--secret id=NAME[,src=FILE|,env=VARIABLE]</c>; with an id alone, the variable of that name, else the file.</summary>
internal static class SecretSpec
{
    private const int MaxBytes = 500 << 10; // as BuildKit's

    internal static (string Id, byte[] Value) Read(string text)
    {
        string id = "", source = "", variable = "";
        string? type = null;
        foreach ((string key, string? value) in CommaFields.Parse(text))
        {
            switch (key)
            {
                case "id":
                    id = value ?? "";
                    break;
                case "src" or "source":
                    source = value ?? "";
                    break;
                case "env":
                    variable = value ?? "";
                    break;
                case "type":
                    type = value is "file" or "env" ? value : throw new CommandFailure($"unsupported secret type {value}");
                    break;
                default:
                    throw new CommandFailure($"unexpected key '{key}' in '{text}'");
            }
        }

        if (id.Length == 0)
        {
            throw new CommandFailure($"secret missing id: {text}");
        }

        if (type == "env" && variable.Length == 0)
        {
            (variable, source) = (source.Length > 0 ? source : id, "");
        }
        else if (type is null && source.Length == 0 && variable.Length == 0)
        {
            variable = Environment.GetEnvironmentVariable(id) is null ? "" : id;
        }

        return (id, variable.Length > 0 ? OfVariable(variable) : OfFile(source.Length > 0 ? source : id));
    }

    private static byte[] OfVariable(string name) => System.Text.Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(name) ?? "");

    private static byte[] OfFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandFailure($"failed to stat {path}: stat {path}: no such file or directory");
        }

        byte[] value = File.ReadAllBytes(path);
        return value.Length <= MaxBytes ? value : throw new CommandFailure($"invalid secret size {value.Length}, max size is 500 KiB: {path}");
    }
}
