using Wharf.Engine;
using Wharf.Engine.Logs;
using Wharf.Oci.Monitor;
using Xunit;

namespace Wharf.UnitTests.Engine.Logs;

public sealed class LogDriverOptionsTests
{
    private static readonly LogSubject Container = new(
        new Dictionary<string, string> { ["team"] = "a", ["com.example.tier"] = "web", ["other"] = "x" },
        ["MODE=first", "MODE=second", "BARE", "EQUALS=a=b"],
        new Dictionary<string, string> { ["ID"] = "0123456789ab", ["Name"] = "box" });

    [Theory]
    [InlineData("json-file", "", 10_000_000, 3, false)]
    [InlineData("local", "", 20 << 20, 5, true)]
    [InlineData("json-file", "max-size=10m", 10_000_000, 3, false)]
    [InlineData("json-file", "max-size=1g;max-file=2;compress=true", 1_000_000_000, 2, true)]
    [InlineData("json-file", "max-size=1.5 KB;max-file=1", 1500, 1, false)]
    [InlineData("json-file", "max-size=-1", 0, 3, false)]
    [InlineData("json-file", "max-size=512;mode=non-blocking;max-buffer-size=4m", 512, 3, false)]
    [InlineData("local", "compress=0;max-file=1", 20 << 20, 1, false)]
    public void ValuesBecomeNumbers(string driver, string options, long size, int files, bool compress)
    {
        LogSettings settings = Parse(driver, options);
        Assert.Equal(("json-file", "/log", size, files, compress), (settings.Driver, settings.Path, settings.MaxSize, settings.MaxFiles, settings.Compress));
    }

    [Theory]
    [InlineData("syslog", "", "error looking up logging plugin syslog: plugin \"syslog\" not found")]
    [InlineData("json-file", "colour=red", "unknown log opt 'colour' for json-file log driver")]
    [InlineData("local", "colour=red", "unknown log opt 'colour' for log driver local")]
    [InlineData("json-file", "mode=lazy", "logger: logging mode not supported: lazy")]
    [InlineData("json-file", "max-buffer-size=1m", "logger: max-buffer-size option is only supported with 'mode=non-blocking'")]
    [InlineData("json-file", "max-size=0", "failed to initialize logging driver: max-size must be a positive number")]
    [InlineData("json-file", "max-size=ten", "failed to initialize logging driver: invalid size: 'ten'")]
    [InlineData("json-file", "max-size=10x", "failed to initialize logging driver: invalid size: '10x'")]
    [InlineData("json-file", "max-file=0", "failed to initialize logging driver: max-file cannot be less than 1")]
    [InlineData("json-file", "compress=true;max-file=1", "failed to initialize logging driver: compress cannot be true when max-file is less than 2 or max-size is not set")]
    [InlineData("local", "max-file=1", "failed to initialize logging driver: compression cannot be enabled when max file count is 1")]
    public void MistakesAreRefusedInDockersWords(string driver, string options, string message) =>
        Assert.Equal(message, Assert.Throws<WharfException>(() => Parse(driver, options)).Message);

    [Theory]
    [InlineData("labels-regex=(")]
    [InlineData("max-file=many")]
    [InlineData("compress=maybe")]
    public void OtherMistakesAreTheCallersToo(string options) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<WharfException>(() => Parse("json-file", options)).Kind);

    [Fact]
    public void NoneTakesNoOptionsAndWritesNothing() => Assert.Equal(new LogSettings { Driver = "none" }, Parse("none", "anything=goes"));

    [Fact]
    public void AttributesAreChosenByNameAndPattern()
    {
        Assert.Null(Parse("json-file", "labels=absent").Attributes);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["team"] = "a",
                ["com.example.tier"] = "web",
                ["MODE"] = "second",
                ["EQUALS"] = "a=b",
                ["tag"] = "box/0123456789ab",
            },
            Parse("json-file", "labels=team,absent;labels-regex=^com\\.;env=MODE,BARE;env-regex=^EQ;tag={{.Name}}/{{.ID}}").Attributes);
    }

    private static LogSettings Parse(string driver, string options) => LogDriverOptions.Parse(
        driver,
        options.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
        "/log",
        Container);
}
