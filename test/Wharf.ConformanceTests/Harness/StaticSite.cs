using System.Net;

namespace Wharf.ConformanceTests.Harness;

/// <summary>A directory served by HTTP, on every address of this network namespace.</summary>
public sealed class StaticSite : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _root;

    public StaticSite(string root)
    {
        _root = root;
        Port = LocalRegistry.FreePort();
        _listener.Prefixes.Add($"http://*:{Port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
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

            string path = Path.Combine(_root, Uri.UnescapeDataString(context.Request.Url!.AbsolutePath).TrimStart('/'));
            context.Response.StatusCode = File.Exists(path) ? 200 : 404;
            if (File.Exists(path))
            {
                byte[] content = await File.ReadAllBytesAsync(path);
                context.Response.ContentLength64 = content.Length;
                if (context.Request.HttpMethod != "HEAD")
                {
                    await context.Response.OutputStream.WriteAsync(content);
                }
            }

            context.Response.Close();
        }
    }
}
