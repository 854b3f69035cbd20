using System.Reflection;

namespace Wharf.Daemon;

/// <summary>Which wharf this is.</summary>
internal static class ProductVersion
{
    /// <summary>The version, and after a plus the commit it was built from where the build knew it.</summary>
    private static readonly string[] Parts =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+');

    internal static string Text => Parts[0];

    internal static string Commit => Parts.Length > 1 ? Parts[1] : "";
}
