using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>Repositories behind git's own HTTP server (git-http-backend(1)) on loopback, with or without a password.</summary>
internal sealed class GitServer : IAsyncDisposable
{
    private const string Backend = "/usr/lib/git-core/git-http-backend";
    private readonly HttpListener _listener = new();
    private readonly string? _credentials;
    private readonly string _root = Directory.CreateDirectory($"/var/tmp/wharf-git-{Guid.NewGuid():N}").FullName;
    private readonly Task _serving;

    /// <param name="credentials"><c>user:password</c>, or null for anybody.</param>
    internal GitServer(string? credentials = null)
    {
        _credentials = credentials;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Host = probe.LocalEndpoint.ToString()!;
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    internal string Host { get; }

    internal string Url(string name) => $"http://{Host}/{name}.git";

    /// <summary>Makes a repository with one commit of what a script leaves in its directory.</summary>
    /// <returns>The commit's name.</returns>
    internal string Commit(string name, string script)
    {
        string work = Path.Combine(_root, name + "-work");
        Shell($"""
            set -e
            export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=/nonexistent
            git init -q -b main {work} && cd {work}
            {script}
            git add . && git -c user.name=n -c user.email=e commit -q -m one && git tag v1
            git clone -q --bare {work} {_root}/{name}.git
            """);
        return Shell($"git -C {work} rev-parse HEAD").Trim();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        Directory.Delete(_root, recursive: true);
    }

    internal static string Shell(string script)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
#pragma warning disable RS0030 // A test may start what the engine must not.
        using Process process = Process.Start(start)!;
#pragma warning restore RS0030
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            if (_credentials is null
                || context.Request.Headers["Authorization"] == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(_credentials)))
            {
                await AnswerAsync(context);
            }
            else
            {
                context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
                context.Response.Headers["WWW-Authenticate"] = "Basic realm=git";
                context.Response.Close();
            }
        }
    }

    /// <summary>A request by way of CGI (RFC 3875).</summary>
    private async Task AnswerAsync(HttpListenerContext context)
    {
        HttpListenerRequest request = context.Request;
        var start = new ProcessStartInfo(Backend) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["GIT_PROJECT_ROOT"] = _root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_PROTOCOL"] = request.Headers["Git-Protocol"] ?? "";
        start.Environment["REQUEST_METHOD"] = request.HttpMethod;
        start.Environment["PATH_INFO"] = request.Url!.AbsolutePath;
        start.Environment["QUERY_STRING"] = request.Url.Query.TrimStart('?');
        start.Environment["CONTENT_TYPE"] = request.ContentType ?? "";
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers["Content-Encoding"] ?? "";
#pragma warning disable RS0030 // A test may start what the engine must not.
        using Process backend = Process.Start(start)!;
#pragma warning restore RS0030
        await request.InputStream.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        var answer = new MemoryStream();
        await backend.StandardOutput.BaseStream.CopyToAsync(answer);
        await backend.WaitForExitAsync();
        byte[] all = answer.ToArray();
        int end = all.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (string[] header in Encoding.ASCII.GetString(all, 0, end).Split("\r\n").Select(line => line.Split(": ", 2)))
        {
            if (header[0] == "Status")
            {
                context.Response.StatusCode = int.Parse(header[1][..3], null);
            }
            else
            {
                context.Response.Headers[header[0]] = header[1];
            }
        }

        context.Response.Close(all[(end + 4)..], willBlock: false);
    }
}
