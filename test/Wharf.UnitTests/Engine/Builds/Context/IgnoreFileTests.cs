using System.Diagnostics;
using Wharf.Engine;
using Wharf.Oci.Ignore;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Context;

public sealed class IgnoreFileTests
{
    [Theory]
    [InlineData("", "a", false)]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "a/b", true)]
    [InlineData("a", "a/b/c", true)]
    [InlineData("a", "x/a", false)]
    [InlineData("a", "ab", false)]
    [InlineData("/a", "a", true)]
    [InlineData("a/", "a", true)]
    [InlineData("a/", "a/b", true)]
    [InlineData("./a", "a", true)]
    [InlineData("x/../a", "a", true)]
    [InlineData("a//b", "a/b", true)]
    [InlineData("../a", "a", false)]
    [InlineData("..", "a", false)]
    [InlineData(".", "a", false)]
    [InlineData("/", "a", false)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("*", ".hidden", true)]
    [InlineData("*.md", "a.md", true)]
    [InlineData("*.md", "d/a.md", false)]
    [InlineData("*.md", "a.mdx", false)]
    [InlineData("*/*.md", "d/a.md", true)]
    [InlineData("*/*.md", "a.md", false)]
    [InlineData("*/*.md", "d/e/a.md", false)]
    [InlineData("a*", "abc/d", true)]
    [InlineData("*/temp*", "somedir/temporary.txt", true)]
    [InlineData("*/*/temp*", "somedir/subdir/temporary.txt", true)]
    [InlineData("temp?", "tempa", true)]
    [InlineData("temp?", "temp", false)]
    [InlineData("temp?", "temp/a", false)]
    [InlineData("?", "漢", true)]
    [InlineData("?", "𝒳", true)]
    [InlineData("**", "a", true)]
    [InlineData("**", "a/b", true)]
    [InlineData("**/a", "a", true)]
    [InlineData("**/a", "x/a", true)]
    [InlineData("**/a", "x/y/a", true)]
    [InlineData("**/a", "x/a/y", true)]
    [InlineData("**/a", "xa", false)]
    [InlineData("**a", "xa", true)]
    [InlineData("**/*.go", "a.go", true)]
    [InlineData("**/*.go", "x/y/a.go", true)]
    [InlineData("**/*.go", "x/y/a.goo", false)]
    [InlineData("a/**", "a/b", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a**", "abc/d", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    [InlineData("**/a/**", "x/a/y", true)]
    [InlineData("**/a/**", "a", false)]
    [InlineData("**/*", "a/b", true)]
    [InlineData("**/b?/*.x", "a/bc/d.x", true)]
    [InlineData("[ab]", "a", true)]
    [InlineData("[ab]", "c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[\\]a]", "]", true)]
    [InlineData("[漢字]", "字", true)]
    [InlineData("a]", "a]", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("a\\?", "a?", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a+(b)$", "a+(b)$", true)]
    [InlineData("# a\na", "a", true)]
    [InlineData("#a", "#a", false)]
    [InlineData("\\#a", "#a", true)]
    [InlineData(" #a", "#a", true)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("  a  ", "a", true)]
    [InlineData("a\r\nb\r\n", "b", true)]
    [InlineData("\n\na\n\n", "a", true)]
    [InlineData("a b", "a b", true)]
    public void Patterns_match(string rules, string path, bool isIgnored) => Assert.Equal(isIgnored, IgnoreFile.Parse(rules).IsIgnored(path));

    [Theory]
    [InlineData("*.md\n!README.md", "README.md", false)]
    [InlineData("*.md\n!README.md", "a.md", true)]
    [InlineData("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true)]
    [InlineData("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false)]
    [InlineData("!a\na", "a", true)]
    [InlineData("a\n!a/b", "a/b", false)]
    [InlineData("a\n!a/b", "a/c", true)]
    [InlineData("a\n!a/b", "a/b/c", false)]
    [InlineData("a\n!a/b\na/b/c", "a/b/c", true)]
    [InlineData("*\n!src", "src/main.c", false)]
    [InlineData("*\n!src", "other/main.c", true)]
    [InlineData("*\n!src\nsrc/*.o", "src/main.o", true)]
    [InlineData("**\n!**/*.c", "x/y.c", false)]
    [InlineData("**\n!**/*.c", "x/y.h", true)]
    [InlineData("a\n!/a/b/", "a/b", false)]
    [InlineData("a\n! a/b", "a/b", false)]
    [InlineData("**/*.txt\n!docs", "docs/a.txt", true)]
    [InlineData("**/*.txt\n!docs/**", "docs/a.txt", false)]
    [InlineData("node_modules\n!node_modules/x", "node_modules/x/y", false)]
    public void The_last_rule_that_matches_wins(string rules, string path, bool isIgnored) => Assert.Equal(isIgnored, IgnoreFile.Parse(rules).IsIgnored(path));

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a\n!b", "a", true)]
    [InlineData("a\n!a/b", "a", false)]
    [InlineData("a\n!a/b", "a/c", true)]
    [InlineData("a\n!a/b/c/d", "a/b", false)]
    [InlineData("a\n!a", "a", true)]
    [InlineData("*\n!*.md", "node_modules", true)]
    [InlineData("*\n!*/keep", "node_modules", false)]
    [InlineData("*\n!*/keep", "node_modules/x", true)]
    [InlineData("*\n!**/keep", "node_modules", false)]
    [InlineData("*\n!no*/**", "node_modules", false)]
    [InlineData("*\n!src/**", "node_modules", true)]
    [InlineData("*\n!src/**", "src", false)]
    [InlineData("*\n!s**", "src", false)]
    [InlineData("*\n!src/*.[ch]", "src", false)]
    public void A_directory_is_skipped_when_no_exception_can_be_in_it(string rules, string directory, bool canSkip) =>
        Assert.Equal(canSkip, IgnoreFile.Parse(rules).CanSkip(directory));

    [Theory]
    [InlineData("a\n!", ".dockerignore:2: illegal exclusion pattern: \"!\"")]
    [InlineData("[a", ".dockerignore:1: syntax error in pattern: [a")]
    [InlineData("[]", ".dockerignore:1: syntax error in pattern: []")]
    [InlineData("[^]", ".dockerignore:1: syntax error in pattern: [^]")]
    [InlineData("[a-]", ".dockerignore:1: syntax error in pattern: [a-]")]
    [InlineData("# x\n\na\\", ".dockerignore:3: syntax error in pattern: a\\")]
    public void A_malformed_pattern_is_told_with_its_line(string rules, string problem)
    {
        WharfException failure = Assert.Throws<WharfException>(() => IgnoreFile.Parse(rules));
        Assert.Equal((ErrorKind.InvalidArgument, problem), (failure.Kind, failure.Message));
    }

    [Fact]
    public void A_Dockerfile_can_have_an_ignore_file_of_its_own() =>
        Assert.Equal(["docker/app.Dockerfile.dockerignore", ".dockerignore"], IgnoreFile.CandidatesFor("docker/app.Dockerfile"));

    [Fact]
    public void Patterns_given_one_by_one_have_no_comments()
    {
        var excludes = IgnoreFile.Of(["#x", "*.md", "!a.md"], "--exclude");
        Assert.Equal([true, true, false], ((string[])["#x", "b.md", "a.md"]).Select(excludes.IsIgnored));
        Assert.True(excludes.HasExceptions);
    }

    [Fact]
    public void Going_down_a_tree_gives_what_whole_paths_give()
    {
        var file = IgnoreFile.Parse("**/*.o\nbuild\n!build/keep/**\nsrc/[a-m]*\n!src/main.c\n*/tmp?\n");
        var random = new Random(3);
        string[] names = ["build", "keep", "src", "main.c", "a.o", "b.c", "tmp1", "zz"];
        for (int i = 0; i < 2000; i++)
        {
            string[] parts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => names[random.Next(names.Length)])];
            IgnoreState state = file.Root;
            bool isIgnored = false;
            for (int depth = 1; depth <= parts.Length; depth++)
            {
                isIgnored = file.IsIgnored(string.Join('/', parts[..depth]), state, out state);
            }

            Assert.Equal(file.IsIgnored(string.Join('/', parts)), isIgnored);
        }
    }

    [Fact]
    public void What_can_be_skipped_holds_nothing_that_is_not_ignored()
    {
        string[] patterns = ["a", "*", "**/b", "a/**", "*/c", "b?", "**", "[ab]/c", "a/b/c", "**/*.x"];
        string[] names = ["a", "b", "c", "d.x"];
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            var file = IgnoreFile.Parse(string.Join('\n', Enumerable.Range(0, 4).Select(_ => (random.Next(2) == 0 ? "!" : "") + patterns[random.Next(patterns.Length)])));
            string directory = string.Join('/', Enumerable.Range(0, random.Next(1, 3)).Select(_ => names[random.Next(names.Length)]));
            if (file.IsIgnored(directory) && file.CanSkip(directory))
            {
                string below = directory + "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 3)).Select(_ => names[random.Next(names.Length)]));
                Assert.True(file.IsIgnored(below), $"{below} in {directory}");
            }
        }
    }

    [Fact]
    public void Twenty_thousand_paths_take_no_time()
    {
        var file = IgnoreFile.Parse("**/node_modules\n**/*.log\n.git\n*.tmp\n**/dist/**\n!**/dist/keep.js\nsrc/**/test_*.py\n**/.cache\n[Bb]uild\n**/*.[oa]\n");
        string[] paths = [.. Enumerable.Range(0, 20_000).Select(i => $"src/package{i % 100}/module{i % 7}/deeper/file{i}.ts")];
        long start = Stopwatch.GetTimestamp();
        int ignored = paths.Count(file.IsIgnored);
        Assert.Equal(0, ignored);

        // A tenth of this is usual; the rest is for machines that have other things to do.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}
