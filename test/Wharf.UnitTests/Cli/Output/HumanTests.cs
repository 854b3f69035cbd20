using Wharf.Cli.Output;
using Xunit;

namespace Wharf.UnitTests.Cli.Output;

public sealed class HumanTests
{
    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1kB")]
    [InlineData(1_234_567, "1.23MB")]
    [InlineData(4_261_550, "4.26MB")]
    [InlineData(123_456_789, "123MB")]
    [InlineData(1_000_000_000, "1GB")]
    public void Short_sizes(double bytes, string text) => Assert.Equal(text, HumanSize.Short(bytes));

    [Theory]
    [InlineData(1_234_567, "1.235MB")]
    [InlineData(27_092_228, "27.09MB")]
    public void Sizes(double bytes, string text) => Assert.Equal(text, HumanSize.Format(bytes));

    [Theory]
    [InlineData(1536, "1.5KiB")]
    [InlineData(25_276_502_016, "23.54GiB")]
    [InlineData(1023, "1023B")]
    public void Binary_sizes(double bytes, string text) => Assert.Equal(text, HumanSize.Binary(bytes));

    [Theory]
    [InlineData(0.5, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(120, "2 minutes")]
    [InlineData(3599, "59 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(5400, "2 hours")]
    [InlineData(47 * 3600, "47 hours")]
    [InlineData(48 * 3600, "2 days")]
    [InlineData(13 * 86400, "13 days")]
    [InlineData(14 * 86400, "2 weeks")]
    [InlineData(60 * 86400, "2 months")]
    [InlineData(730 * 86400, "2 years")]
    public void Durations(double seconds, string text) => Assert.Equal(text, HumanDuration.Format(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Columns_are_ten_wide_at_least_and_three_apart() => Assert.Equal(
        "A         BBBBBBBBBBBB   C\nx…        y              z\n",
        TabTable.Render(["A\tBBBBBBBBBBBB\tC", "x…\ty\tz"]));
}
