using System.Threading.Channels;

namespace Wharf.Engine.Events;

/// <summary>
/// Events are only published: nothing in the engine acts on them. The newest 1,024 are kept for <c>events --since</c>; a subscriber that
/// falls 4,096 behind loses the oldest rather than holding anybody up.
/// </summary>
public sealed class EventBus(TimeProvider clock)
{
    private const int Kept = 1024;
    private const int SubscriberQueue = 4096;
    private readonly Lock _gate = new();
    private readonly Queue<EngineEvent> _recent = new(Kept);
    private readonly List<Channel<EngineEvent>> _subscribers = [];

    public void Publish(string type, string action, string id, IReadOnlyDictionary<string, string>? attributes = null)
    {
        var published = new EngineEvent(type, action, id, attributes ?? new Dictionary<string, string>(), clock.GetUtcNow());
        lock (_gate)
        {
            if (_recent.Count == Kept)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue(published);
            foreach (Channel<EngineEvent> subscriber in _subscribers)
            {
                subscriber.Writer.TryWrite(published);
            }
        }
    }

    /// <summary>The kept events and, in the same instant, a subscription to all later ones: none is seen twice or missed.</summary>
    public EventSubscription Subscribe()
    {
        var channel = Channel.CreateBounded<EngineEvent>(new BoundedChannelOptions(SubscriberQueue)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        lock (_gate)
        {
            _subscribers.Add(channel);
            return new EventSubscription([.. _recent], channel.Reader, () => Unsubscribe(channel));
        }
    }

    private void Unsubscribe(Channel<EngineEvent> channel)
    {
        lock (_gate)
        {
            _subscribers.Remove(channel);
        }
    }
}

/// <param name="Past">Kept events, oldest first.</param>
/// <param name="Future">Events from the moment of the subscription on.</param>
public sealed record EventSubscription(IReadOnlyList<EngineEvent> Past, ChannelReader<EngineEvent> Future, Action Cancel) : IDisposable
{
    public void Dispose() => Cancel();
}
