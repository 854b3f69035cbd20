namespace Wharf.Engine.Builds.Dockerfile.Parsing;

internal static class RunParser
{
    private const int MaxMounts = 256;

    internal static RunInstruction Parse(RawInstruction raw, IReadOnlyList<Heredoc> heredocs)
    {
        var flags = new FlagSet(raw, "mount+", "network", "security", "device+");
        CommandLine command = raw.Command();
        if (command.Arguments.Count == 0)
        {
            throw raw.Error("RUN requires at least one argument");
        }

        IReadOnlyList<Flag> mounts = flags.All("mount");
        if (mounts.Count > MaxMounts)
        {
            throw raw.Error($"RUN takes at most {MaxMounts} mounts");
        }

        return new RunInstruction(
            raw.Origin,
            command,
            heredocs,
            [.. mounts.Select(flag => ToMount(raw, flag))],
            Network(raw, flags.Word("network")),
            IsInsecure(raw, flags.Word("security")),
            [.. flags.All("device").Select(flag => ToDevice(raw, flag))]);
    }

    private static RunNetwork Network(RawInstruction raw, Word? mode) => mode?.Text switch
    {
        null or "default" => RunNetwork.Default,
        "none" => RunNetwork.None,
        "host" => RunNetwork.Host,
        var other => throw raw.Error(
            $"invalid network mode {GoText.Quote(other)}{Suggestion.For(other, ["default", "none", "host"])}", mode!.Value.Source),
    };

    private static bool IsInsecure(RawInstruction raw, Word? mode) => mode?.Text switch
    {
        null or "sandbox" => false,
        "insecure" => true,
        var other => throw raw.Error(
            $"security {GoText.Quote(other)} is not valid{Suggestion.For(other, ["sandbox", "insecure"])}", mode!.Value.Source),
    };

    private static MountExpression ToMount(RawInstruction raw, Flag flag)
    {
        var mount = new MountExpression([.. Fields(raw, flag).Select(ToField)], flag.Source);
        MountField? from = mount.Fields.FirstOrDefault(candidate =>
            candidate.Key == "from" && candidate.Value?.Text.TrimEnd('$').Contains('$') == true);
        if (from is not null)
        {
            throw raw.Error("'from' doesn't support variable expansion, define alias stage instead", from.Whole.Source);
        }

        // What has no variables is right or wrong already.
        if (!mount.Fields.Any(candidate => candidate.Value?.Text.Contains('$') == true))
        {
            _ = mount.Resolve(new WordExpander('\\', new Dictionary<string, string>()));
        }

        return mount;
    }

    private static MountField ToField(Word text)
    {
        int equals = text.Text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new MountField(text.Text.ToLowerInvariant(), null, text)
            : new MountField(text.Text[..equals].ToLowerInvariant(), text with { Text = text.Text[(equals + 1)..] }, text);
    }

    private static RunDevice ToDevice(RawInstruction raw, Flag flag)
    {
        string? name = null;
        bool isRequired = false;
        foreach (Word part in Fields(raw, flag))
        {
            switch (part.Text.Split('=', 2))
            {
                case ["required"] or ["required", "1" or "true"]:
                    isRequired = true;
                    break;
                case ["required", "0" or "false"]:
                    isRequired = false;
                    break;
                case ["required", var value]:
                    throw raw.Error($"invalid value for required: {value}", part.Source);
                case ["name", var value] when name is null:
                    name = value;
                    break;
                case ["name", _]:
                    throw raw.Error($"device name already set to {name}", part.Source);
                case var _ when name is null:
                    name = part.Text;
                    break;
                case [var key, _]:
                    throw raw.Error($"unexpected key '{key}' in '{part}'{Suggestion.For(key, ["name", "required"])}", part.Source);
                default:
                    throw raw.Error($"invalid field '{part}' must be a key=value pair", part.Source);
            }
        }

        return new RunDevice(name is { Length: > 0 } ? name : throw raw.Error("device requires a name", flag.Source), isRequired);
    }

    /// <summary>The fields of one record of CSV (RFC 4180): one that begins with a quote ends with one, and has quotes doubled.</summary>
    private static IEnumerable<Word> Fields(RawInstruction raw, Flag flag)
    {
        string text = flag.Value!.Value.Text;
        for (int at = 0; at <= text.Length;)
        {
            if (!text.AsSpan(at).StartsWith("\""))
            {
                int end = text.IndexOf(',', at);
                end = end < 0 ? text.Length : end;
                yield return flag.Part(at, end);
                at = end + 1;
                continue;
            }

            int close = at + 1;
            while (close < text.Length && (text[close] != '"' || text.AsSpan(close).StartsWith("\"\"")))
            {
                close += text[close] == '"' ? 2 : 1;
            }

            if (close >= text.Length || (close + 1 < text.Length && text[close + 1] != ','))
            {
                throw raw.Error("failed to parse csv mounts: extraneous or missing \" in quoted-field", flag.Source);
            }

            Word field = flag.Part(at + 1, close);
            yield return field with { Text = field.Text.Replace("\"\"", "\"", StringComparison.Ordinal) };
            at = close + 2;
        }
    }
}
