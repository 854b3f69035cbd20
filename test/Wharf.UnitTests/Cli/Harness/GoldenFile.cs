using System.Runtime.CompilerServices;
using Xunit;

namespace Wharf.UnitTests.Cli.Harness;

/// <summary>Expected output that is too long for a test; WHARF_REWRITE_GOLDEN=1 writes what is there now.</summary>
internal static class GoldenFile
{
    internal static void Check(string name, string actual, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, "..", "Golden", name);
        if (Environment.GetEnvironmentVariable("WHARF_REWRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
