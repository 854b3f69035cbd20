using System.Globalization;
using Wharf.Engine.Events;

namespace Wharf.Engine.Containers;

/// <summary>Publishes what happens to containers, with the attributes that Docker's clients filter by: image, name and all labels.</summary>
internal sealed class ContainerEvents(EventBus bus)
{
    internal void Publish(ContainerSnapshot container, string action, params ReadOnlySpan<(string Name, string Value)> extra)
    {
        var attributes = new Dictionary<string, string>(container.Config.Labels, StringComparer.Ordinal)
        {
            ["image"] = container.Config.Image,
            ["name"] = container.Name,
        };
        foreach ((string name, string value) in extra)
        {
            attributes[name] = value;
        }

        bus.Publish("container", action, container.Id, attributes);
    }

    internal void Died(ContainerSnapshot container)
    {
        TimeSpan ran = container.State.FinishedAt - container.State.StartedAt ?? TimeSpan.Zero;
        if (container.State.OomKilled)
        {
            Publish(container, "oom");
        }

        Publish(
            container,
            "die",
            ("exitCode", container.State.ExitCode.ToString(CultureInfo.InvariantCulture)),
            ("execDuration", ((long)ran.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
    }
}
