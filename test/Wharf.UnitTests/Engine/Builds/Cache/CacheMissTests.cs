using Wharf.Engine.Builds.Cache;
using Wharf.Engine.Builds.Solve;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Cache;

/// <summary>Reasons why a step was not in the cache.</summary>
public sealed class CacheMissTests
{
    private static readonly KeyInput[] s_before =
    [
        new("base", "b1"), new("command", "make"), new("build argument V", "1"), new("file src/a", "h1"), new("file src/b", "h2"),
    ];

    [Fact]
    public void Each_difference_is_a_sentence() => Assert.Equal(
        [
            "the step before it, or the base image, has another result",
            "build argument V was \"1\" and is \"2\"",
            "file src/a has changed",
            "file src/c is new",
            "file src/b is gone",
        ],
        CacheMiss.Explain(
            s_before,
            [new("base", "b2"), new("command", "make"), new("build argument V", "2"), new("file src/a", "h3"), new("file src/c", "h4")]));

    [Fact]
    public void A_step_that_was_never_built_says_so() =>
        Assert.Equal(["this step has not been built before"], CacheMiss.Explain(null, s_before));

    [Fact]
    public void A_step_that_is_the_same_has_lost_its_result() =>
        Assert.Equal(["its result has been removed from the cache"], CacheMiss.Explain(s_before, s_before));

    [Fact]
    public void Inputs_come_back_as_they_were_kept()
    {
        KeyInput[] inputs = [new("command", "line one\nline two"), new("file x", new string('y', 10_000)), new("empty", "")];
        IReadOnlyList<KeyInput> kept = CacheInputs.Unpack(CacheInputs.Pack(inputs));
        Assert.Equal(["its result has been removed from the cache"], CacheMiss.Explain(kept, inputs));
    }
}
