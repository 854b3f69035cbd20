using System.Text;
using Microsoft.AspNetCore.Http;
using Wharf.Engine;
using Wharf.Engine.Images.Registry.Auth;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>Registries that want to know who asks.</summary>
public sealed class RegistryAuthTests : IAsyncLifetime
{
    private static readonly RegistryCredentials Ann = new() { Username = "ann", Password = "s3cret:x" };
    private readonly PullRig _rig = new();
    private TestRegistry _registry = null!;

    /// <summary>Serves tokens and counts how often it was asked.</summary>
    private TestRegistry _tokens = null!;

    private string? _lastTokenRequest;
    private int _issued;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _tokens = await TestRegistry.StartAsync();
        TestImage.Push(_registry, "app", "1", [TestImage.Tar("a", 1000), TestImage.Tar("b", 1000)]);
    }

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
        await _tokens.DisposeAsync();
    }

    private string Reference => $"{_registry.Host}/app:1";

    private void RequireBasic() => Require("Basic realm=\"registry\"", () => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:s3cret:x")));

    private void RequireToken(string? realm = null, int lifetime = 300)
    {
        Require(
            $"Bearer realm=\"{realm ?? $"http://{_tokens.Host}/token"}\",service=\"test\",scope=\"repository:app:pull\"",
            () => "Bearer " + _token);
        _tokens.Fault = async context =>
        {
            string body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            _lastTokenRequest = $"{context.Request.Method} {context.Request.QueryString} {context.Request.Headers.Authorization} {body}";
            if (context.Request.Headers.Authorization is [{ } basic] && !basic.EndsWith("YW5uOnMzY3JldDp4", StringComparison.Ordinal))
            {
                await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "incorrect username or password");
                return true;
            }

            _token = $"token-{++_issued}";
            await context.Response.WriteAsync($$"""{"token":"{{_token}}","expires_in":{{lifetime}}}""");
            return true;
        };
    }

    private void Require(string challenge, Func<string> accepted) => _registry.Fault = async context =>
    {
        if (context.Request.Headers.Authorization == accepted())
        {
            return false;
        }

        context.Response.Headers.WWWAuthenticate = challenge;
        await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
        return true;
    };

    [Fact]
    public async Task Basic()
    {
        RequireBasic();
        WharfException failure = await _rig.FailAsync(Reference);
        Assert.Equal(ErrorKind.Unauthorized, failure.Kind);
        Assert.EndsWith("no basic auth credentials", failure.Message);
        failure = await _rig.FailAsync(Reference, Ann with { Password = "wrong" });
        Assert.Equal((ErrorKind.Unauthorized, "unauthorized: authentication required"), (failure.Kind, failure.Message));
        await _rig.PullAsync(Reference, Ann);
        Assert.Single(_rig.Images);
    }

    [Fact]
    public async Task Anonymous_token_once_for_all_requests()
    {
        RequireToken();
        await _rig.PullAsync(Reference);
        Assert.Equal(1, _issued);
        Assert.StartsWith("GET ?scope=repository%3Aapp%3Apull&service=test  ", _lastTokenRequest);
    }

    [Fact]
    public async Task Token_for_a_user_and_none_for_the_wrong_one()
    {
        RequireToken();
        WharfException failure = await _rig.FailAsync(Reference, Ann with { Password = "wrong" });
        Assert.Equal(ErrorKind.Unauthorized, failure.Kind);
        Assert.Matches("^Get \"http://.*/v2/app/manifests/1\": unauthorized: incorrect username or password$", failure.Message);
        await _rig.PullAsync(Reference, Ann);
        Assert.Contains("account=ann", _lastTokenRequest);
    }

    [Fact]
    public async Task Identity_token_is_exchanged()
    {
        RequireToken();
        await _rig.PullAsync(Reference, new RegistryCredentials { IdentityToken = "refresh" });
        Assert.StartsWith("POST", _lastTokenRequest);
        Assert.Contains("grant_type=refresh_token&refresh_token=refresh&service=test", _lastTokenRequest);
    }

    [Fact]
    public async Task A_token_that_went_bad_is_replaced()
    {
        RequireToken();
        await _rig.PullAsync(Reference);
        _token = "revoked";
        TestImage.Push(_registry, "app", "2", [TestImage.Tar("c", 1000)]);
        await _rig.PullAsync($"{_registry.Host}/app:2");
        Assert.Equal(2, _issued);
    }

    [Theory]
    [InlineData("ftp://example/token")]
    [InlineData("nonsense")]
    public async Task A_realm_that_is_none(string realm)
    {
        RequireToken(realm);
        Assert.Contains("names no usable token server", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task Login()
    {
        RequireBasic();
        await _rig.Registry.LogInAsync(_registry.Host, Ann, CancellationToken.None);
        WharfException failure = await Assert.ThrowsAsync<WharfException>(
            () => _rig.Registry.LogInAsync($"http://{_registry.Host}/v2/", Ann with { Password = "wrong" }, CancellationToken.None));
        Assert.Equal(
            (ErrorKind.Unauthorized, $"login attempt to http://{_registry.Host}/v2/ failed with status: 401 Unauthorized"),
            (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Login_with_tokens()
    {
        RequireToken();
        await _rig.Registry.LogInAsync(_registry.Host, Ann, CancellationToken.None);
        WharfException failure = await Assert.ThrowsAsync<WharfException>(
            () => _rig.Registry.LogInAsync(_registry.Host, Ann with { Password = "wrong" }, CancellationToken.None));
        Assert.EndsWith("unauthorized: incorrect username or password", failure.Message);
    }
}
