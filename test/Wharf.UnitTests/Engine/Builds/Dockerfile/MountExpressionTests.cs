using Wharf.Engine.Builds.Dockerfile;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class MountExpressionTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["T"] = "cache", ["D"] = "/d", ["N"] = "7" };

    public static TheoryData<string, object> Mounts => new()
    {
        { "target=/t", new RunMount { Kind = RunMountKind.Bind, Target = "/t", IsReadOnly = true } },
        { "type=bind,source=a,dst=/t,rw", new RunMount { Kind = RunMountKind.Bind, Path = "a", Target = "/t" } },
        { "from=build,src=/out,destination=/t", new RunMount { Kind = RunMountKind.Bind, From = "build", Path = "/out", Target = "/t", IsReadOnly = true } },
        { "type=bind,target=/t,readonly=false", new RunMount { Kind = RunMountKind.Bind, Target = "/t" } },
        { "TYPE=Cache,TARGET=/c", new RunMount { Kind = RunMountKind.Cache, Target = "/c", Id = "/c" } },
        { "type=cache,target=/c/../d/", new RunMount { Kind = RunMountKind.Cache, Target = "/c/../d/", Id = "/d" } },
        {
            "type=cache,target=/c,id=x,sharing=locked,ro,mode=0700,uid=1,gid=2",
            new RunMount
            {
                Kind = RunMountKind.Cache, Target = "/c", Id = "x", Sharing = CacheSharing.Locked, IsReadOnly = true, Mode = 0x1C0, UserId = 1, GroupId = 2,
            }
        },
        { "type=$T,target=$D,uid=$N", new RunMount { Kind = RunMountKind.Cache, Target = "/d", Id = "/d", UserId = 7 } },
        { "type=tmpfs,target=/t", new RunMount { Kind = RunMountKind.Tmpfs, Target = "/t" } },
        { "target=/t,size=64m,type=tmpfs", new RunMount { Kind = RunMountKind.Tmpfs, Target = "/t", Size = 64 << 20 } },
        { "type=secret,id=key", new RunMount { Kind = RunMountKind.Secret, Id = "key", Target = "/run/secrets/key", IsReadOnly = true } },
        { "type=secret,src=key,required", new RunMount { Kind = RunMountKind.Secret, Id = "key", Target = "/run/secrets/key", IsRequired = true, IsReadOnly = true } },
        { "type=secret,target=/root/.netrc", new RunMount { Kind = RunMountKind.Secret, Id = ".netrc", Target = "/root/.netrc", IsReadOnly = true } },
        { "type=secret,id=key,env=KEY", new RunMount { Kind = RunMountKind.Secret, Id = "key", Variable = "KEY", IsReadOnly = true } },
        { "type=secret,id=key,env=", new RunMount { Kind = RunMountKind.Secret, Id = "key", Variable = "key", IsReadOnly = true } },
        {
            "type=secret,id=key,env=KEY,target=/k,required=false",
            new RunMount { Kind = RunMountKind.Secret, Id = "key", Variable = "KEY", Target = "/k", IsReadOnly = true }
        },
        { "type=ssh", new RunMount { Kind = RunMountKind.Ssh, Id = "default", IsReadOnly = true } },
        { "type=ssh,id=github,required=true,mode=600", new RunMount { Kind = RunMountKind.Ssh, Id = "github", IsRequired = true, Mode = 0x180, IsReadOnly = true } },
        { "\\\"target=/a,b\\\",type=cache", new RunMount { Kind = RunMountKind.Cache, Target = "/a,b", Id = "/a,b" } },
    };

    [Theory]
    [MemberData(nameof(Mounts))]
    public void Mounts_are_read(string flag, object mount) => Assert.Equal(mount, Resolve(flag));

    [Theory]
    [InlineData("type=bnd,target=/t", "unsupported mount type \"bnd\" (did you mean bind?)")]
    [InlineData("type=volume,target=/t", "unsupported mount type \"volume\"")]
    [InlineData("type=cache,taget=/t", "unexpected key 'taget' in 'taget=/t' (did you mean target?)")]
    [InlineData("type=cache,consistency=x", "unexpected key 'consistency' in 'consistency=x'")]
    [InlineData("type=cache,target", "invalid field 'target' must be a key=value pair")]
    [InlineData("type=cache,target=/t,sharing=lock", "unsupported sharing value \"lock\" (did you mean locked?)")]
    [InlineData("type=bind,target=/t,sharing=shared", "invalid cache sharing set for bind mount")]
    [InlineData("type=cache,target=/t,required", "unexpected key 'required' for mount type 'cache'")]
    [InlineData("type=cache,target=/t,size=1g", "unexpected key 'size' for mount type 'cache'")]
    [InlineData("type=tmpfs,target=/t,size=big", "invalid value for size: big")]
    [InlineData("type=tmpfs,target=/t,mode=1777", "mode not allowed for \"tmpfs\" type mounts")]
    [InlineData("target=/t,uid=1", "uid not allowed for \"bind\" type mounts")]
    [InlineData("target=/t,gid=1", "gid not allowed for \"bind\" type mounts")]
    [InlineData("type=cache,target=/t,mode=9", "invalid value 9 for mode")]
    [InlineData("type=cache,target=/t,uid=-1", "invalid value -1 for uid")]
    [InlineData("type=cache,target=/t,gid=root", "invalid value root for gid")]
    [InlineData("type=cache,target=/t,ro=maybe", "invalid value for ro: maybe")]
    [InlineData("type=cache", "invalid mount target \"\"")]
    [InlineData("type=bind,source=a", "invalid mount target \"\"")]
    [InlineData("type=secret", "invalid secret mount. one of source, target required")]
    [InlineData("type=secret,id=a,source=b", "both source and id can't be set")]
    [InlineData("type=secret,id=a,from=b", "secret mount should not have a from")]
    [InlineData("type=secret,id=a,sharing=private", "secret mount should not define sharing")]
    [InlineData("type=ssh,source=a", "ssh does not support source")]
    [InlineData("type=cache,target=/t,env=A", "unexpected key 'env' for mount type 'cache'")]
    public void Mounts_that_are_none_say_why_before_anything_is_built(string flag, string problem) =>
        Assert.Equal(problem, Assert.Throws<DockerfileException>(() => Parse(flag)).Problem);

    [Fact]
    public void A_field_is_pointed_at()
    {
        DockerfileException failure = Assert.Throws<DockerfileException>(() => Parse("type=cache,taget=/t"));
        Assert.Equal((2, 24), (failure.Line, failure.Column));
    }

    private static RunInstruction Parse(string flag) =>
        (RunInstruction)DockerfileParser.Parse($"FROM x\nRUN --mount={flag} true").Stages[0].Instructions[0];

    private static RunMount Resolve(string flag) => Parse(flag).Mounts[0].Resolve(new WordExpander('\\', Variables));
}
