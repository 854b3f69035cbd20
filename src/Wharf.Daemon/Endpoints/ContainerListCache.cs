using System.Buffers;
using System.Runtime.CompilerServices;
using Wharf.Api;
using Wharf.Daemon.Mapping;
using Wharf.Engine.Containers;

namespace Wharf.Daemon.Endpoints;

/// <summary>
/// <c>ps</c> is asked all the time, by every dashboard on the machine, and the answer rarely differs. A snapshot is immutable, so its JSON
/// is kept with it for as long as its status text ("Up 5 seconds") holds; a list is then a copy of bytes.
/// </summary>
internal sealed class ContainerListCache(ContainerService containers, TimeProvider clock)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;
    private readonly ConditionalWeakTable<ContainerSnapshot, Fragment> _fragments = [];

    internal Task WriteAsync(HttpContext context, ListRequest request)
    {
        ArrayBufferWriter<byte> body = t_buffer ??= new ArrayBufferWriter<byte>(4096);
        body.ResetWrittenCount();
        DateTimeOffset now = clock.GetUtcNow();
        body.Write("["u8);
        bool first = true;
        foreach (ContainerSnapshot container in containers.List(request))
        {
            if (!first)
            {
                body.Write(","u8);
            }

            first = false;
            body.Write(FragmentOf(container, now).Json);
        }

        body.Write("]"u8);
        return context.WriteJsonBytesAsync(body.WrittenSpan);
    }

    private Fragment FragmentOf(ContainerSnapshot container, DateTimeOffset now)
    {
        if (_fragments.TryGetValue(container, out Fragment? known) && known.Second == now.ToUnixTimeSeconds())
        {
            return known;
        }

        string status = StatusText.Status(container.State, now);
        Fragment fragment = known is not null && known.Status == status
            ? known with { Second = now.ToUnixTimeSeconds() }
            : new Fragment(ApiJson.ToBytes(ContainerMapping.Summarize(container, now), ApiJson.Default.ContainerSummary), status, now.ToUnixTimeSeconds());
        _fragments.AddOrUpdate(container, fragment);
        return fragment;
    }

    /// <param name="Second">When the status text was last found to hold.</param>
    private sealed record Fragment(byte[] Json, string Status, long Second);
}
