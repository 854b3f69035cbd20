using Wharf.Engine;
using Wharf.Engine.Containers.Security;
using Wharf.Linux.Capabilities;
using Wharf.Oci.RuntimeSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Security;

public sealed class SecurityTests
{
    private static readonly IReadOnlyList<string> Held = [.. CapabilitySet.Known.Where(name => name != "CAP_SYS_RESOURCE")];

    [Fact]
    public void Capabilities_are_dockers_fourteen() => Assert.Equal(14, CapabilitySet.Compute(false, [], [], Held).Count);

    [Fact]
    public void Capabilities_can_be_added_and_dropped()
    {
        Assert.Equal(["CAP_NET_ADMIN"], CapabilitySet.Compute(false, ["net_admin"], ["all"], Held));
        Assert.Equal(Held.Where(name => name != "CAP_MKNOD"), CapabilitySet.Compute(false, ["ALL"], ["CAP_MKNOD"], Held));
        Assert.Equal(Held, CapabilitySet.Compute(true, [], ["ALL"], Held));
    }

    [Fact]
    public void Unknown_capability() => Assert.Equal(
        "invalid CapAdd: unknown capability: \"CAP_FOO\"",
        Assert.Throws<WharfException>(() => CapabilitySet.Compute(false, ["foo"], [], Held)).Message);

    [Fact]
    public void A_mask_is_read_by_its_bits() => Assert.Equal(["CAP_CHOWN", "CAP_FOWNER"], CapabilitySet.NamesIn(new CapabilityMask(9)));

    [Theory]
    [InlineData("no-new-privileges", true)]
    [InlineData("no-new-privileges:false", false)]
    [InlineData("no-new-privileges=true", true)]
    public void No_new_privileges(string option, bool on) => Assert.Equal(on, SecurityOptions.Parse([option]).NoNewPrivileges);

    [Fact]
    public void A_profile_keeps_its_colons() =>
        Assert.Equal("{\"defaultAction\":\"x\"}", SecurityOptions.Parse(["seccomp={\"defaultAction\":\"x\"}"]).Seccomp);

    [Theory]
    [InlineData("x", "invalid --security-opt 1: \"x\"")]
    [InlineData("x=y", "invalid --security-opt 2: \"x=y\"")]
    [InlineData("no-new-privileges=maybe", "invalid --security-opt 2: \"no-new-privileges=maybe\"")]
    public void Bad_options(string option, string message) =>
        Assert.Equal(message, Assert.Throws<WharfException>(() => SecurityOptions.Parse([option])).Message);

    [Fact]
    public void The_built_in_profile_follows_capabilities_architecture_and_kernel()
    {
        Seccomp plain = new SeccompResolver("amd64", new Version(6, 1)).Builtin(CapabilitySet.Default);
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], plain.Architectures);
        Assert.Contains(plain.Syscalls!, rule => rule.Names.Contains("ptrace"));
        Assert.Contains(plain.Syscalls!, rule => rule is { Action: "SCMP_ACT_ERRNO", ErrnoRet: 38 } && rule.Names.Contains("clone3"));
        Assert.DoesNotContain(plain.Syscalls!, rule => rule.Names.Contains("bpf"));

        Seccomp admin = new SeccompResolver("arm64", new Version(4, 4)).Builtin([.. CapabilitySet.Default, "CAP_SYS_ADMIN"]);
        Assert.Contains(admin.Syscalls!, rule => rule.Names.Contains("bpf"));
        Assert.DoesNotContain(admin.Syscalls!, rule => rule.Names.Contains("ptrace"));
        Assert.DoesNotContain(admin.Syscalls!, rule => rule.Names.Contains("arch_prctl"));
        Assert.Contains(admin.Syscalls!, rule => rule.Names.Contains("arm_fadvise64_64"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"a\"],\"archMap\":[{\"architecture\":\"a\"}]}")]
    public void What_is_no_profile(string json) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<WharfException>(() => SeccompResolver.Parse(json)).Kind);

    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nweb:x:33:33::/var/www:/bin/false\n7:x:1000:1000::/home/7:/bin/sh\n";
    private const string Group = "root:x:0:\nbin:x:1:root,daemon\nwww:x:33:\nextra:x:50:web\n";

    [Theory]
    [InlineData("", 0, 0, "0,1", "/root")]
    [InlineData("0", 0, 0, "0,1", "/root")]
    [InlineData("web", 33, 33, "33,50", "/var/www")]
    [InlineData("33", 33, 33, "33,50", "/var/www")]
    [InlineData("web:bin", 33, 1, "1", "/var/www")]
    [InlineData("web:7", 33, 7, "7", "/var/www")]
    [InlineData("4242", 4242, 0, "0", "/")]
    [InlineData("4242:www", 4242, 33, "33", "/")]
    [InlineData(":bin", 0, 1, "1", "/root")]
    [InlineData("7", 1000, 1000, "1000", "/home/7")]
    public void Users_are_looked_up(string spec, uint uid, uint gid, string groups, string home)
    {
        ContainerUser user = ContainerUser.Resolve(Passwd, Group, spec, []);
        Assert.Equal((uid, gid, groups, home), (user.Uid, user.Gid, string.Join(',', user.AdditionalGids), user.Home));
    }

    [Fact]
    public void Groups_can_be_added() =>
        Assert.Equal([33u, 50, 1, 99], ContainerUser.Resolve(Passwd, Group, "web", ["bin", "99"]).AdditionalGids);

    [Theory]
    [InlineData("nobody", "unable to find user nobody: no matching entries in passwd file")]
    [InlineData("web:nogroup", "unable to find group nogroup: no matching entries in group file")]
    [InlineData("99999999999", "uids and gids must be in range 0-2147483647")]
    public void Unknown_users(string spec, string message) =>
        Assert.Equal(message, Assert.Throws<WharfException>(() => ContainerUser.Resolve(Passwd, Group, spec, [])).Message);
}
