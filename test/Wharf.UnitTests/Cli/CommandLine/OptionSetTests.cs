using Wharf.Cli.CommandLine;
using Xunit;

namespace Wharf.UnitTests.Cli.CommandLine;

/// <summary>The rules by which Docker's command line is read.</summary>
public sealed class OptionSetTests
{
    private readonly OptionSet _options = new();
    private readonly Option<bool> _interactive;
    private readonly Option<bool> _tty;
    private readonly Option<string> _name;
    private readonly ListOption _env;
    private readonly Option<long?> _memory;

    public OptionSetTests()
    {
        _interactive = _options.Flag("interactive", 'i', "");
        _tty = _options.Flag("tty", 't', "");
        _name = _options.Text("name", null, "");
        _env = _options.List("env", 'e', "");
        _memory = _options.Bytes("memory", 'm', "");
    }

    [Theory]
    [InlineData("--name web x", "web", "x")]
    [InlineData("--name=web x", "web", "x")]
    [InlineData("--name= x", "", "x")]
    [InlineData("--name a --name b", "b", "")]
    [InlineData("-- --name x", "", "--name x")]
    [InlineData("- --name x", "x", "-")]
    public void Long_flags_take_their_value_after_a_space_or_an_equals_sign(string line, string name, string rest)
    {
        Assert.Equal(rest, string.Join(' ', _options.Parse(line.Split(' '), interspersed: true)));
        Assert.Equal(name, _name.Value);
    }

    [Theory]
    [InlineData("-it", true, true, "")]
    [InlineData("-i=false -t", false, true, "")]
    [InlineData("--interactive=0 --tty=T", false, true, "")]
    [InlineData("-ite A=b", true, true, "A=b")]
    [InlineData("-eA=b", false, false, "A=b")]
    [InlineData("-e=A=b", false, false, "A=b")]
    [InlineData("-e A -e B", false, false, "A B")]
    public void Short_flags_combine_and_the_last_may_take_a_value(string line, bool interactive, bool tty, string env)
    {
        Assert.Empty(_options.Parse(line.Split(' '), interspersed: true));
        Assert.Equal((interactive, tty, env), (_interactive.Value, _tty.Value, string.Join(' ', _env.Values)));
    }

    [Fact]
    public void What_follows_the_image_belongs_to_the_container()
    {
        Assert.Equal(["busybox", "ls", "-i", "--name", "x"], _options.Parse(["-t", "busybox", "ls", "-i", "--name", "x"], interspersed: false));
        Assert.Equal((true, false, ""), (_tty.Value, _interactive.Value, _name.Value));
    }

    [Fact]
    public void Elsewhere_flags_may_follow_arguments()
    {
        Assert.Equal(["a", "b"], _options.Parse(["a", "-i", "b", "--name", "x"], interspersed: true));
        Assert.Equal((true, "x"), (_interactive.Value, _name.Value));
    }

    [Theory]
    [InlineData("--foo", "unknown flag: --foo")]
    [InlineData("-itx", "unknown shorthand flag: 'x' in -x")]
    [InlineData("--name", "flag needs an argument: --name")]
    [InlineData("-e", "flag needs an argument: 'e' in -e")]
    [InlineData("-ie", "flag needs an argument: 'e' in -e")]
    [InlineData("---x", "bad flag syntax: ---x")]
    [InlineData("--=x", "bad flag syntax: --=x")]
    [InlineData("--tty=maybe", "invalid argument \"maybe\" for \"-t, --tty\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("--memory=5x", "invalid argument \"5x\" for \"-m, --memory\" flag: invalid suffix: 'x'")]
    public void Mistakes_are_told_in_Dockers_words(string line, string message)
    {
        UsageException failure = Assert.Throws<UsageException>(() => _options.Parse(line.Split(' '), interspersed: true));
        Assert.Equal((message, 125), (failure.Message, failure.ExitCode));
    }

    [Fact]
    public void A_lone_h_asks_for_help_unless_it_means_something_else()
    {
        _options.Parse(["-h"], interspersed: true);
        Assert.True(_options.HelpWanted);
        var run = new OptionSet();
        Option<string> hostname = run.Text("hostname", 'h', "");
        run.Parse(["-h", "box"], interspersed: true);
        Assert.Equal(("box", false), (hostname.Value, run.HelpWanted));
    }

    [Fact]
    public void What_was_not_given_is_known_as_such()
    {
        _options.Parse(["--name", ""], interspersed: true);
        Assert.True(_name.IsSet);
        Assert.False(_memory.IsSet);
        Assert.Null(_memory.Value);
    }
}
