using Microsoft.AspNetCore.Http;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Auth;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

public sealed class SearchImagesTests : IAsyncLifetime
{
    private readonly PullRig _rig = new();
    private TestRegistry _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
    }

    private Task<IReadOnlyList<FoundImage>> SearchAsync(string term, int? limit = null, RegistryCredentials? credentials = null, params (string Key, string Value)[] filters) =>
        new SearchImages(_rig.Registry).RunAsync(
            term, limit, filters.ToDictionary(filter => filter.Key, IReadOnlyList<string> (filter) => [filter.Value]), credentials, CancellationToken.None);

    private void Answer(string body) => _registry.Fault = async context =>
    {
        await context.Response.WriteAsync(body);
        return true;
    };

    private void AnswerWithThree() => Answer("""
        {"num_results":3,"query":"x","results":[
          {"star_count":30,"is_official":true,"name":"nginx","is_automated":false,"description":"web"},
          {"star_count":5,"is_official":false,"name":"ann/nginx","is_automated":false,"description":null},
          {"star_count":1,"is_official":false,"name":"bob/nginx"}]}
        """);

    [Fact]
    public async Task Asks_and_filters()
    {
        string? query = null;
        AnswerWithThree();
        Func<HttpContext, Task<bool>> answer = _registry.Fault!;
        _registry.Fault = context =>
        {
            query = context.Request.Path + context.Request.QueryString;
            return answer(context);
        };
        Assert.Equal(["nginx", "ann/nginx", "bob/nginx"], (await SearchAsync($"{_registry.Host}/nginx and more", 50)).Select(image => image.Name));
        Assert.Equal("/v1/search?q=nginx%20and%20more&n=50", query);
        Assert.Equal(["nginx"], (await SearchAsync($"{_registry.Host}/x", null, null, ("is-official", "true"))).Select(image => image.Name));
        Assert.Equal("/v1/search?q=x&n=25", query);
        Assert.Equal(["nginx", "ann/nginx"], (await SearchAsync($"{_registry.Host}/x", null, null, ("stars", "5"))).Select(image => image.Name));
        Assert.Empty(await SearchAsync($"{_registry.Host}/x", null, null, ("is-automated", "true")));
    }

    [Fact]
    public async Task A_registry_that_cannot_be_searched_says_so()
    {
        WharfException failure = await Assert.ThrowsAsync<WharfException>(() => SearchAsync($"{_registry.Host}/x"));
        Assert.Equal(
            (ErrorKind.NotFound, $"registry {_registry.Host} cannot be searched: it does not implement /v1/search (status 404)"),
            (failure.Kind, failure.Message));
        Answer("<html>");
        Assert.Contains("its answer is no list of images", (await Assert.ThrowsAsync<WharfException>(() => SearchAsync($"{_registry.Host}/x"))).Message);
    }

    [Fact]
    public async Task Credentials_are_given_when_asked_for()
    {
        int asked = 0;
        _registry.Fault = async context =>
        {
            if (string.IsNullOrEmpty(context.Request.Headers.Authorization))
            {
                asked++;
                await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "who are you");
                return true;
            }

            await context.Response.WriteAsync("""{"results":[]}""");
            return true;
        };
        Assert.Empty(await SearchAsync($"{_registry.Host}/x", null, new RegistryCredentials { Username = "ann", Password = "x" }));
        Assert.Equal(1, asked);
        Assert.Equal(ErrorKind.Unauthorized, (await Assert.ThrowsAnyAsync<WharfException>(() => SearchAsync($"{_registry.Host}/x"))).Kind);
    }

    [Theory]
    [InlineData("x", 101, null, null, "limit 101 is outside the range of [1, 100]")]
    [InlineData("x", -1, null, null, "limit -1 is outside the range of [1, 100]")]
    [InlineData("x", null, "name", "y", "invalid filter 'name'")]
    [InlineData("x", null, "stars", "many", "invalid filter 'stars=[many]'")]
    [InlineData("x", null, "is-official", "perhaps", "invalid filter 'is-official=[perhaps]'")]
    [InlineData("https://reg/x", null, null, null, "invalid repository name: repository name (https://reg/x) should not have a scheme")]
    public async Task Bad_requests(string term, int? limit, string? key, string? value, string message)
    {
        WharfException failure = await Assert.ThrowsAsync<WharfException>(
            () => SearchAsync(term, limit, null, key is null ? [] : [(key, value!)]));
        Assert.Equal((ErrorKind.InvalidArgument, message), (failure.Kind, failure.Message));
    }
}
