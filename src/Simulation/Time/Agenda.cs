using Consensus.Engine;

namespace Consensus.Simulation.Time;

/// <summary>What happens when, in virtual time; what happens at the same time happens in the order in which it was planned.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, Turn> _plans = new();
    private long _planned;

    /// <summary>The virtual time since the run began.</summary>
    public Ticks Now { get; private set; }

    /// <summary>How much has happened.</summary>
    public long Happened { get; private set; }

    /// <summary>Plans something at a time; what is planned for the past happens now.</summary>
    public void Plan(Ticks at, Action action) => _plans.Enqueue(action, new Turn(Math.Max(at.Value, Now.Value), _planned++));

    /// <summary>Plans something after a delay.</summary>
    public void PlanIn(TimeSpan delay, Action action) => Plan(Now + delay, action);

    /// <summary>Lets everything up to a time happen, unless it is stopped earlier.</summary>
    /// <returns>Whether the time was reached.</returns>
    public bool RunUntil(Ticks end, Func<bool> isStopped)
    {
        while (_plans.TryPeek(out _, out var next) && next.At <= end.Value)
        {
            if (isStopped())
            {
                return false;
            }

            Now = new Ticks(next.At);
            Happened++;
            _plans.Dequeue()();
        }

        Now = end;
        return true;
    }

    /// <summary>When something happens, and which of what happens then comes first.</summary>
    private readonly record struct Turn(long At, long Order) : IComparable<Turn>
    {
        public int CompareTo(Turn other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
