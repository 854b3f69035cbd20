using Wharf.Engine.Builds.Context;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Containers;
using Wharf.Oci;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Solve;

/// <summary>What makes a step another step, and what does not.</summary>
public sealed class StepKeyTests
{
    private static readonly EmptyVertex s_base = new();

    [Fact]
    public void Inputs_that_read_alike_when_joined_are_told_apart()
    {
        var one = new StepKey("x");
        one.Add("ab", "c");
        var other = new StepKey("x");
        other.Add("a", "bc");
        Assert.NotEqual(one.Compute(), other.Compute());
    }

    [Fact]
    public void Times_are_no_part_of_a_copy()
    {
        Digest before = KeyOf(Entry("f", "1", modified: 1));
        Assert.Equal(before, KeyOf(Entry("f", "1", modified: 2)));
        Assert.NotEqual(before, KeyOf(Entry("f", "2", modified: 1)));
        Assert.NotEqual(before, KeyOf(Entry("f", "1", modified: 1) with { Mode = 0x1ed }));
        Assert.NotEqual(before, KeyOf(Entry("f", "1", modified: 1) with { Attributes = new Dictionary<string, byte[]> { ["user.a"] = [1] } }));
    }

    [Fact]
    public void Files_that_are_not_copied_do_not_matter() =>
        Assert.Equal(KeyOf(Entry("f", "1", 1)), KeyOf(Entry("f", "1", 1), Entry("g", "2", 1)));

    [Fact]
    public void A_program_is_keyed_by_what_it_gets_but_not_by_limits_and_secrets()
    {
        Digest plain = KeyOf(Run());
        Assert.Equal(plain, KeyOf(Run(limits: new ResourceLimits { Memory = 1 << 30 })));
        Assert.NotEqual(plain, KeyOf(Run(environment: "A=2")));
        Assert.NotEqual(plain, KeyOf(Run(user: "nobody")));
        Assert.NotEqual(plain, KeyOf(Run(network: "none")));
        Assert.Equal(KeyOf(Run(secret: "1")), KeyOf(Run(secret: "2")));
        Assert.NotEqual(plain, KeyOf(Run(secret: "1")));
    }

    [Fact]
    public void An_epoch_makes_another_step() =>
        Assert.NotEqual(KeyOf(Run()), new StepKeys(Run(), Inputs([]), DateTimeOffset.UnixEpoch).Full.Compute());

    private static ExecVertex Run(
        string environment = "A=1", string user = "", string network = "bridge", ResourceLimits? limits = null, string? secret = null) => new()
        {
            Base = s_base,
            Arguments = ["/bin/sh", "-c", "make"],
            Environment = [environment],
            WorkingDirectory = "/",
            User = user,
            Network = network,
            Limits = new ExecLimits(limits ?? new ResourceLimits(), 0, ""),
            Mounts = secret is null
            ? []
            : [new SecretExecMount("/s", "s", System.Text.Encoding.UTF8.GetBytes(secret), true, true, null, 0x100, 0, 0)],
        };

    private static Digest KeyOf(ExecVertex vertex) => new StepKeys(vertex, Inputs([]), null).Full.Compute();

    private static Digest KeyOf(params ContextEntry[] entries)
    {
        var source = new ContextVertex { Name = "context", Context = new Snapshot(entries) };
        using var tree = new ContextTree(source.Context, null);
        var files = new FileVertex
        {
            Base = s_base,
            Actions = [new CopyAction { Instruction = "COPY", From = source, Sources = ["f"], Destination = "/to/" }],
        };
        return new StepKeys(files, Inputs(new Dictionary<Vertex, FileTree> { [source] = tree }), null).Full.Compute();
    }

    private static StepInputs Inputs(IReadOnlyDictionary<Vertex, FileTree> trees) => new(new Solved(RootState.Empty, null), trees, []);

    private static StepInputs Inputs(Vertex[] none) => Inputs(none.ToDictionary(vertex => vertex, _ => (FileTree)null!));

    private static ContextEntry Entry(string path, string content, long modified) => new()
    {
        Path = path,
        Type = ContextEntryType.File,
        Mode = 0x1a4,
        Size = content.Length,
        Content = Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)),
        Modified = DateTimeOffset.FromUnixTimeSeconds(modified),
    };

    private sealed record Snapshot(IReadOnlyList<ContextEntry> Entries) : IBuildContext
    {
        public string Root => AppContext.BaseDirectory;

        public bool MayLink => true;
    }
}
