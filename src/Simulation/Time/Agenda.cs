using Consensus.Engine;

namespace Consensus.Simulation.Time;

/// <summary>What happens when, in virtual time; what happens at the same time happens in the order in which it was planned.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Entry, Turn> _plans = new();
    private long _planned;

    /// <summary>The virtual time since the run began.</summary>
    public Ticks Now { get; private set; }

    /// <summary>How much has happened.</summary>
    public long Happened { get; private set; }

    /// <summary>Plans something at a time; what is planned for the past happens now.</summary>
    public void Plan(Ticks at, Action action) => Add(at, new Entry(action, 0));

    /// <summary>Plans something at a time; what is planned for the past happens now.</summary>
    /// <param name="at">The time.</param>
    /// <param name="planned">What happens.</param>
    /// <param name="plan">A number to know the plan by.</param>
    public void Plan(Ticks at, IPlanned planned, long plan) => Add(at, new Entry(planned, plan));

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
            _plans.Dequeue().Happen();
        }

        Now = end;
        return true;
    }

    private void Add(Ticks at, Entry entry) => _plans.Enqueue(entry, new Turn(Math.Max(at.Value, Now.Value), _planned++));

    /// <summary>What happens: an action, or something with a number.</summary>
    private readonly record struct Entry(object Planned, long Number)
    {
        public void Happen()
        {
            if (Planned is Action action)
            {
                action();
            }
            else
            {
                ((IPlanned)Planned).Happen(Number);
            }
        }
    }

    /// <summary>When something happens, and which of what happens then comes first.</summary>
    private readonly record struct Turn(long At, long Order) : IComparable<Turn>
    {
        public int CompareTo(Turn other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
