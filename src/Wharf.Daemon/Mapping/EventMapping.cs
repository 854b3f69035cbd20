using Wharf.Api.Events;
using Wharf.Engine.Events;

namespace Wharf.Daemon.Mapping;

internal static class EventMapping
{
    internal static EventMessage ToWire(EngineEvent happened) => new()
    {
        Type = happened.Type,
        Action = happened.Action,
        Actor = new EventActor { ID = happened.Id, Attributes = happened.Attributes },
        Time = happened.Time.ToUnixTimeSeconds(),
        TimeNano = (happened.Time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100,
    };
}
