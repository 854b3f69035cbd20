using System.Reflection;

namespace Wharf.Cli;

/// <summary>The version this program was built as.</summary>
internal static class ProductVersion
{
    internal static string Number { get; } = Informational.Split('+')[0];

    internal static string Commit { get; } = Informational.Split('+') is [_, { Length: > 0 } commit] ? commit[..Math.Min(7, commit.Length)] : "unknown";

    internal static string Line => $"Wharf version {Number}, build {Commit}";

    private static string Informational =>
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
