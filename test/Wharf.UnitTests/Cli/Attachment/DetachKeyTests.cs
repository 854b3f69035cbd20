using System.Text;
using Wharf.Cli.Attachment;
using Xunit;

namespace Wharf.UnitTests.Cli.Attachment;

public sealed class DetachKeyTests
{
    [Theory]
    [InlineData(null, new byte[] { 16, 17 })]
    [InlineData("ctrl-a,d", new byte[] { 1, (byte)'d' })]
    [InlineData("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,DEL", new byte[] { 0, 27, 28, 29, 30, 31, 127 })]
    public void Keys(string? text, byte[] keys) => Assert.Equal(keys, DetachKeys.Parse(text));

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-1")]
    [InlineData("abc")]
    public void Unknown_keys_are_refused(string text) => Assert.Throws<FormatException>(() => DetachKeys.Parse(text));

    [Theory]
    [InlineData("hello", "hello", false)]
    [InlineData("aPQb", "a", true)]
    [InlineData("aP|Q", "a", true)]
    [InlineData("aPx", "aPx", false)]
    [InlineData("PPQ", "P", true)]
    [InlineData("P|P|x", "PPx", false)]
    [InlineData("QP", "Q", false)]
    public void The_sequence_is_found_however_it_is_cut(string typed, string passed, bool left)
    {
        var scanner = new DetachKeyScanner("PQ"u8.ToArray());
        List<byte> through = [];
        bool found = false;
        foreach (string read in typed.Split('|'))
        {
            found |= scanner.Scan(Encoding.ASCII.GetBytes(read), through);
        }

        Assert.Equal((passed, left), (Encoding.ASCII.GetString([.. through]), found));
    }
}
