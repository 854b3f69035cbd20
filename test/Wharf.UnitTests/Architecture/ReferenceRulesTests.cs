using System.Reflection;
using Xunit;

namespace Wharf.UnitTests.Architecture;

/// <summary>Who may use whom (docs/ARCHITECTURE.md, "Seven projects"). A new edge is a decision, taken here.</summary>
public sealed class ReferenceRulesTests
{
    private const string AspNet = "Microsoft.AspNetCore";

    [Theory]
    [InlineData("Wharf.Linux", new string[0])]
    [InlineData("Wharf.Oci", new string[0])]
    [InlineData("wharf-runtime", new[] { "Wharf.Linux", "Wharf.Oci" })]
    [InlineData("Wharf.Engine", new[] { "Wharf.Linux", "Wharf.Oci" })]
    [InlineData("Wharf.Api", new string[0])]
    [InlineData("wharfd", new[] { "Wharf.Engine", "Wharf.Api", "Wharf.Oci" })]
    [InlineData("wharf", new[] { "Wharf.Api", "Wharf.Linux", "Wharf.Oci" })]
    public void A_project_uses_only_what_it_may(string assembly, string[] allowed) =>
        Assert.Empty(ReferencesOf(assembly).Where(IsOurs).Except(allowed));

    [Theory]
    [InlineData("Wharf.Linux")]
    [InlineData("Wharf.Oci")]
    [InlineData("wharf-runtime")]
    [InlineData("Wharf.Engine")]
    [InlineData("Wharf.Api")]
    [InlineData("wharf")]
    public void Only_the_daemon_knows_the_web_server(string assembly) =>
        Assert.DoesNotContain(ReferencesOf(assembly), name => name.StartsWith(AspNet, StringComparison.Ordinal));

    [Theory]
    [InlineData("Wharf.Oci")]
    [InlineData("wharf-runtime")]
    public void The_runtime_carries_no_package_no_sockets_and_no_http(string assembly) =>
        Assert.All(ReferencesOf(assembly), name => Assert.True(
            IsOurs(name)
            || name is "Microsoft.Win32.Primitives"
            || (name.StartsWith("System.", StringComparison.Ordinal) && name is not ("System.Net.Http" or "System.Net.Sockets")),
            name));

    [Fact]
    public void The_command_line_uses_terminals_files_and_walks_of_linux_and_ignore_files_of_oci()
    {
        IEnumerable<string> used = SourceFiles("Wharf.Cli")
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("using Wharf.Linux", StringComparison.Ordinal) || line.StartsWith("using Wharf.Oci", StringComparison.Ordinal));
        Assert.All(used, line => Assert.Contains(
            line, (string[])["using Wharf.Linux;", "using Wharf.Linux.Files;", "using Wharf.Linux.Terminals;", "using Wharf.Linux.Walks;", "using Wharf.Oci.Ignore;"]));
    }

    [Fact]
    public void Unsafe_code_and_native_imports_live_in_linux_only()
    {
        foreach (string project in (string[])["Wharf.Oci", "Wharf.Runtime", "Wharf.Engine", "Wharf.Api", "Wharf.Daemon", "Wharf.Cli"])
        {
            Assert.All(SourceFiles(project), file =>
            {
                string source = File.ReadAllText(file);
                Assert.DoesNotContain("[LibraryImport", source, StringComparison.Ordinal);
                Assert.DoesNotContain("[DllImport", source, StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public void Images_never_know_containers_and_the_store_knows_nobody()
    {
        Assert.All(SourceFiles("Wharf.Engine/Images"), file =>
            Assert.DoesNotContain("using Wharf.Engine.Containers;", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.All(SourceFiles("Wharf.Engine/Store"), file =>
            Assert.DoesNotContain("using Wharf.Engine.", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_in_the_engine_uses_builds_and_the_graph_knows_no_dockerfiles()
    {
        foreach (string part in (string[])["Containers", "Images", "Networks", "Volumes", "Execution", "Logs", "Store", "Events", "Host"])
        {
            // One parser reads instructions, also those of import and commit.
            Assert.All(SourceFiles("Wharf.Engine/" + part), file => Assert.DoesNotContain(
                File.ReadLines(file),
                line => line.StartsWith("using Wharf.Engine.Builds", StringComparison.Ordinal)
                    && line is not ("using Wharf.Engine.Builds;" or "using Wharf.Engine.Builds.Dockerfile;")));
        }

        foreach (string part in (string[])["Solve", "Cache", "Files"])
        {
            Assert.All(SourceFiles("Wharf.Engine/Builds/" + part), file =>
                Assert.DoesNotContain("using Wharf.Engine.Builds.Dockerfile;", File.ReadAllText(file), StringComparison.Ordinal));
        }

        Assert.All(SourceFiles("Wharf.Engine/Builds/Plan").Where(file => file.EndsWith("Vertex.cs", StringComparison.Ordinal)), file =>
            Assert.DoesNotContain("using Wharf.Engine.Builds.Dockerfile;", File.ReadAllText(file), StringComparison.Ordinal));
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("Wharf.", StringComparison.Ordinal) || name is "wharfd" or "wharf" or "wharf-runtime";

    private static IEnumerable<string> ReferencesOf(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);

    private static IEnumerable<string> SourceFiles(string underSrc)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Wharf.slnx")))
        {
            at = at.Parent;
        }

        Assert.NotNull(at);
        return Directory.EnumerateFiles(Path.Combine(at.FullName, "src", underSrc), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));
    }
}
