using System.Text;
using System.Text.Json;
using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Api.Containers;
using Wharf.Api.Exec;
using Wharf.Api.Networks;
using Wharf.Api.Volumes;
using Xunit;

namespace Wharf.UnitTests.Api;

/// <summary>Names, nulls and escapes as Docker writes them; clients compare text.</summary>
public sealed class ApiJsonTests
{
    [Fact]
    public void Create_response_has_an_empty_list_of_warnings_never_null() =>
        Assert.Equal("""{"Id":"abc","Warnings":[]}""", Text(new ContainerCreateResponse { Id = "abc" }, ApiJson.Default.ContainerCreateResponse));

    [Fact]
    public void Wait_response_leaves_a_missing_error_out() =>
        Assert.Equal("""{"StatusCode":137}""", Text(new ContainerWaitResponse { StatusCode = 137 }, ApiJson.Default.ContainerWaitResponse));

    [Fact]
    public void Exec_inspect_says_null_until_there_is_an_exit_code() =>
        Assert.Contains("\"ExitCode\":null", Text(new ExecInspect { ID = "x" }, ApiJson.Default.ExecInspect), StringComparison.Ordinal);

    [Fact]
    public void Volume_labels_and_options_are_null_when_there_are_none() => Assert.Equal(
        """{"Driver":"local","Labels":null,"Mountpoint":"/v/_data","Name":"v","Options":null,"Scope":"local"}""",
        Text(new Volume { Name = "v", Driver = "local", Mountpoint = "/v/_data" }, ApiJson.Default.Volume));

    [Fact]
    public void Config_says_null_where_docker_does()
    {
        string json = Text(new ContainerInspect(), ApiJson.Default.ContainerInspect);
        foreach (string property in (string[])["Cmd", "Entrypoint", "Env", "Volumes", "OnBuild", "Labels", "Binds", "CapAdd", "ExecIDs", "PidsLimit", "MaskedPaths"])
        {
            Assert.Contains($"\"{property}\":null", json, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Healthcheck", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"IPAddress\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_that_only_html_minds_are_left_as_they_are() => Assert.Equal(
        """{"message":"a <b> & 'c' + ü"}""", Text(new ErrorResponse { Message = "a <b> & 'c' + ü" }, ApiJson.Default.ErrorResponse));

    [Theory]
    [InlineData("""{"Cmd":"sh"}""", new[] { "sh" })]
    [InlineData("""{"Cmd":["sh","-c","x"]}""", new[] { "sh", "-c", "x" })]
    [InlineData("""{"Cmd":[]}""", new string[0])]
    [InlineData("""{"Cmd":null}""", null)]
    [InlineData("""{"cmd":["lower"]}""", new[] { "lower" })]
    public void A_command_may_be_one_string_or_a_list(string json, string[]? expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize(json, ApiJson.Default.ContainerCreateRequest)!.Cmd);

    [Theory]
    [InlineData("""{"Cmd":{}}""")]
    [InlineData("""{"Cmd":[1]}""")]
    [InlineData("""{"HostConfig":{"Memory":"much"}}""")]
    [InlineData("""[]""")]
    public void What_is_malformed_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ApiJson.Default.ContainerCreateRequest));

    [Fact]
    public void A_create_request_carries_host_and_network_settings_beside_the_config()
    {
        ContainerCreateRequest request = JsonSerializer.Deserialize(
            """
            {"Image":"debian","Tty":true,"ExposedPorts":{"80/tcp":{}},"Unknown":[{"a":1}],
             "HostConfig":{"Binds":["/a:/b"],"Memory":1048576,"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}],"81/tcp":null},"RestartPolicy":{"Name":"always"}},
             "NetworkingConfig":{"EndpointsConfig":{"net":{"IPAMConfig":{"IPv4Address":"10.0.0.5"},"Aliases":["a"]},"other":null}}}
            """,
            ApiJson.Default.ContainerCreateRequest)!;

        Assert.True(request.Tty);
        Assert.Equal(["80/tcp"], request.ExposedPorts!.Keys);
        Assert.Equal(1 << 20, request.HostConfig!.Memory);
        Assert.Equal("8080", request.HostConfig.PortBindings!["80/tcp"]![0].HostPort);
        Assert.Null(request.HostConfig.PortBindings["81/tcp"]);
        Assert.Equal("10.0.0.5", request.NetworkingConfig!.EndpointsConfig!["net"]!.IPAMConfig!.IPv4Address);
        Assert.Null(request.NetworkingConfig.EndpointsConfig["other"]);
    }

    [Fact]
    public void A_request_survives_the_way_to_the_wire_and_back()
    {
        var sent = new ContainerCreateRequest
        {
            Image = "busybox",
            Cmd = ["echo", "<&>"],
            Env = ["A=1"],
            HostConfig = new HostConfig { AutoRemove = true, Tmpfs = new Dictionary<string, string> { ["/run"] = "size=1m" }, PidsLimit = 10 },
            NetworkingConfig = new NetworkingConfig { EndpointsConfig = new Dictionary<string, EndpointSettings?> { ["n"] = new() { Aliases = ["x"] } } },
        };
        byte[] first = ApiJson.ToBytes(sent, ApiJson.Default.ContainerCreateRequest);
        byte[] second = ApiJson.ToBytes(JsonSerializer.Deserialize(first, ApiJson.Default.ContainerCreateRequest)!, ApiJson.Default.ContainerCreateRequest);
        Assert.Equal(Encoding.UTF8.GetString(first), Encoding.UTF8.GetString(second));
    }

    private static string Text<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => Encoding.UTF8.GetString(ApiJson.ToBytes(value, type));
}
