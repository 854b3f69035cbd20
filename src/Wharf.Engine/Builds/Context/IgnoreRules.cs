using Wharf.Oci.Ignore;

namespace Wharf.Engine.Builds.Context;

/// <summary>Rules of <c>.dockerignore</c> and of <c>--exclude</c>, whose mistakes are the request's.</summary>
internal static class IgnoreRules
{
    /// <exception cref="WharfException">InvalidArgument: a rule is malformed.</exception>
    internal static IgnoreFile Parse(string text, string name) => Refuse(() => IgnoreFile.Parse(text, name));

    /// <exception cref="WharfException">InvalidArgument: a pattern is malformed.</exception>
    internal static IgnoreFile Of(IEnumerable<string> patterns, string name) => Refuse(() => IgnoreFile.Of(patterns, name));

    private static IgnoreFile Refuse(Func<IgnoreFile> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException malformed)
        {
            throw new WharfException(ErrorKind.InvalidArgument, malformed.Message, malformed);
        }
    }
}
