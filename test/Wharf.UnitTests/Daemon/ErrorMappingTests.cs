using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wharf.Daemon;
using Wharf.Engine;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class ErrorMappingTests
{
    [Fact]
    public void Every_kind_has_a_status()
    {
        Dictionary<ErrorKind, int> expected = new()
        {
            [ErrorKind.InvalidArgument] = 400,
            [ErrorKind.Unauthorized] = 401,
            [ErrorKind.Forbidden] = 403,
            [ErrorKind.NotFound] = 404,
            [ErrorKind.Conflict] = 409,
            [ErrorKind.Internal] = 500,
            [ErrorKind.NotImplemented] = 501,
            [ErrorKind.Unavailable] = 503,
        };
        Assert.Equal(Enum.GetValues<ErrorKind>().Order(), expected.Keys.Order());
        Assert.All(expected, pair => Assert.Equal(pair.Value, ErrorMapping.StatusOf(pair.Key)));
    }

    [Fact]
    public void Unknown_failures_are_the_servers_fault() => Assert.Equal((500, "boom"), ErrorMapping.Describe(new InvalidOperationException("boom")));

    [Fact]
    public void Malformed_json_and_malformed_http_are_the_clients()
    {
        Assert.Equal(400, ErrorMapping.Describe(new JsonException("x")).Status);
        Assert.Equal(413, ErrorMapping.Describe(new BadHttpRequestException("too large", 413)).Status);
    }
}
