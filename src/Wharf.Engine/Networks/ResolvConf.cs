using System.Net;
using System.Text;

namespace Wharf.Engine.Networks;

/// <summary>A container's <c>/etc/resolv.conf</c> (resolv.conf(5)): what it asks for, else what the engine is told, else the host's.</summary>
public sealed record ResolvConf
{
    /// <summary>Where systemd-resolved keeps the real servers; <c>/etc/resolv.conf</c> then names only its own stub on 127.0.0.53.</summary>
    private const string SystemdFile = "/run/systemd/resolve/resolv.conf";
    private const string SystemdStub = "127.0.0.53";
    private const string HostFile = "/etc/resolv.conf";
    private static readonly string[] PublicServers = ["8.8.8.8", "8.8.4.4"];

    public IReadOnlyList<string> Servers { get; init; } = [];
    public IReadOnlyList<string> Search { get; init; } = [];
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>What the host uses now; nothing where it says nothing.</summary>
    public static ResolvConf OfHost()
    {
        ResolvConf own = File.Exists(HostFile) ? Parse(File.ReadAllText(HostFile)) : new ResolvConf();
        return own.Servers is [SystemdStub] && File.Exists(SystemdFile) ? Parse(File.ReadAllText(SystemdFile)) : own;
    }

    public static ResolvConf Parse(string text)
    {
        List<string> servers = [], search = [], options = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..]:
                    servers.Add(server);
                    break;
                case ["search" or "domain", ..]:
                    // The last of several counts: resolv.conf(5).
                    search = [.. words[1..]];
                    break;
                case ["options", ..]:
                    options.AddRange(words[1..]);
                    break;
            }
        }

        return new ResolvConf { Servers = servers, Search = search, Options = options };
    }

    /// <summary>
    /// For a container with a network of its own: each of the three taken from <paramref name="asked"/>, else from
    /// <paramref name="engine"/>, else from this. The host's servers on loopback are nobody inside the container and are left out; when none
    /// is left, Google's public ones are used, as Docker does. A search list of <c>.</c> is none.
    /// </summary>
    public ResolvConf ForContainer(ResolvConf asked, ResolvConf engine)
    {
        string[] reachable = [.. Servers.Where(IsReachable)];
        return new ResolvConf
        {
            Servers = FirstOf(asked.Servers, engine.Servers, reachable, PublicServers),
            Search = FirstOf(asked.Search, engine.Search, Search) is var search && search is ["."] ? [] : search,
            Options = FirstOf(asked.Options, engine.Options, Options),
        };
    }

    /// <summary>On the host's network everything the host has is reachable.</summary>
    public ResolvConf ForHostNetwork(ResolvConf asked, ResolvConf engine) => new()
    {
        Servers = FirstOf(asked.Servers, engine.Servers, Servers),
        Search = FirstOf(asked.Search, engine.Search, Search) is var search && search is ["."] ? [] : search,
        Options = FirstOf(asked.Options, engine.Options, Options),
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (string server in Servers)
        {
            text.Append("nameserver ").Append(server).Append('\n');
        }

        Append(text, "search", Search);
        Append(text, "options", Options);
        return text.ToString();
    }

    private static bool IsReachable(string server) =>
        IPAddress.TryParse(server, out IPAddress? address)
        && !IPAddress.IsLoopback(address)

        // Containers have no IPv6 of their own yet; a server they cannot reach only costs its time-out.
        && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;

    private static IReadOnlyList<string> FirstOf(params ReadOnlySpan<IReadOnlyList<string>> lists)
    {
        foreach (IReadOnlyList<string> list in lists)
        {
            if (list.Count > 0)
            {
                return list;
            }
        }

        return [];
    }

    private static void Append(StringBuilder text, string keyword, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            text.Append(keyword).Append(' ').AppendJoin(' ', words).Append('\n');
        }
    }
}
