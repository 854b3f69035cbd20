using Wharf.Cli;
using Wharf.Cli.CommandLine;
using Wharf.UnitTests.Cli.Harness;
using Xunit;

namespace Wharf.UnitTests.Cli.CommandLine;

/// <summary>Help is part of the interface: a change of it shows up as a change of these files. WHARF_REWRITE_GOLDEN=1 rewrites them.</summary>
public sealed class HelpPageTests
{
    [Theory]
    [InlineData("run --help", "help-run.txt")]
    [InlineData("--help", "help.txt")]
    [InlineData("container --help", "help-container.txt")]
    [InlineData("ps --help", "help-ps.txt")]
    public void Pages(string line, string golden) => GoldenFile.Check(golden, CommandRun.Of(line.Split(' ')).Out);

    [Fact]
    public void Every_command_has_a_page_and_no_flag_twice()
    {
        foreach (CommandEntry entry in CommandTree.TopLevel.Concat(CommandTree.Groups.SelectMany(group => group.Entries)))
        {
            Option[] options = [.. entry.Make().Options.All];
            Assert.Equal(options.Length, options.Select(option => option.Name).Distinct().Count());
            char[] letters = [.. options.Select(option => option.Shorthand).OfType<char>()];
            Assert.Equal(letters.Length, letters.Distinct().Count());
            Assert.All(options, option => Assert.NotEmpty(option.Help));
        }
    }
}
