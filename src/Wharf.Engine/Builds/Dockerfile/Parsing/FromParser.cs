using System.Text.RegularExpressions;

namespace Wharf.Engine.Builds.Dockerfile.Parsing;

internal static partial class FromParser
{
    internal static FromInstruction Parse(RawInstruction raw)
    {
        IReadOnlyList<Word> words = raw.WordsAtBlanks();
        string? name = words switch
        {
            [_] => null,
            [_, var keyword, var given] when keyword.Text.Equals("AS", StringComparison.OrdinalIgnoreCase) => StageName(raw, given),
            _ => throw raw.Error("FROM requires either one or three arguments"),
        };
        return new FromInstruction(raw.Origin, words[0], new FlagSet(raw, "platform").Word("platform"), name);
    }

    /// <summary>What Docker's build checks say of the way it is written.</summary>
    internal static IEnumerable<DockerfileWarning> Warnings(RawInstruction raw)
    {
        if (raw.WordsAtBlanks() is not [_, var keyword, var name])
        {
            yield break;
        }

        if (name.Text.Any(char.IsAsciiLetterUpper))
        {
            yield return new DockerfileWarning("StageNameCasing", $"Stage name '{name}' should be lowercase", name.Source);
        }

        string from = raw.Origin.Keyword;
        bool isConsistent = (IsLower(from), IsUpper(from)) switch
        {
            (true, _) => IsLower(keyword.Text),
            (_, true) => IsUpper(keyword.Text),
            _ => true,
        };
        if (!isConsistent)
        {
            yield return new DockerfileWarning("FromAsCasing", $"'{keyword}' and '{from}' keywords' casing do not match", keyword.Source);
        }
    }

    private static string StageName(RawInstruction raw, Word given)
    {
        string name = given.Text.ToLowerInvariant();
        return Form().IsMatch(name)
            ? name
            : throw raw.Error(
                $"invalid name for build stage: {GoText.Quote(given.Text)}, name can't start with a number or contain symbols", given.Source);
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_.-]*\z")]
    private static partial Regex Form();

    private static bool IsLower(string text) => !text.Any(char.IsUpper);

    private static bool IsUpper(string text) => !text.Any(char.IsLower);
}
