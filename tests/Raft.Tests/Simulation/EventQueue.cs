using Consensus.Engine;

namespace Consensus.Raft.Tests.Simulation;

/// <summary>What happens when, in virtual time; what happens at the same time happens in the order in which it was planned.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (Ticks At, long Order)> _events = new();
    private long _planned;

    public Ticks Now { get; private set; }

    public void Plan(Ticks at, Action action) => _events.Enqueue(action, (at, _planned++));

    public void PlanIn(TimeSpan delay, Action action) => Plan(Now + delay, action);

    /// <summary>Lets everything up to a moment happen.</summary>
    public void RunUntil(Ticks end)
    {
        while (_events.TryPeek(out var action, out var priority) && priority.At <= end)
        {
            _events.Dequeue();
            Now = priority.At;
            action();
        }

        Now = end;
    }
}
