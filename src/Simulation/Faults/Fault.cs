using Consensus.Engine;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// One kind of fault in one run. It strikes now and then, and each strike ends after a while: a fault that lasts too short shows nothing, and
/// one that leaves no pause lets nothing happen that could go wrong later.
/// </summary>
internal abstract class Fault
{
    private bool _isOver;

    /// <param name="world">What it happens to.</param>
    /// <param name="kind">What kind it is.</param>
    protected Fault(World world, FaultKind kind)
    {
        World = world;
        Kind = kind;
        Random = world.RandomFor($"fault {kind}");
    }

    public FaultKind Kind { get; }

    /// <summary>How often it struck.</summary>
    public int Strikes { get; private set; }

    protected World World { get; }

    /// <summary>The kind's own generator: what others draw does not change what it draws.</summary>
    protected DeterministicRandom Random { get; }

    /// <summary>Begins; called once, when the run begins.</summary>
    public abstract void Begin();

    /// <summary>Ends: it strikes no more. What it left behind is healed by <see cref="World.Heal"/>.</summary>
    public void End() => _isOver = true;

    /// <summary>Strikes again and again, in intervals drawn around a mean that is itself drawn once for the run.</summary>
    /// <param name="shortest">The shortest mean.</param>
    /// <param name="longest">The longest mean.</param>
    /// <param name="strike">What happens; returns whether it did.</param>
    protected void Repeat(TimeSpan shortest, TimeSpan longest, Func<bool> strike) => PlanNext(Random.NextBetween(shortest, longest), strike);

    /// <summary>Does something after a while, if faults are not over by then.</summary>
    protected void Later(TimeSpan delay, Action action) => World.Agenda.PlanIn(delay, () =>
    {
        if (!_isOver)
        {
            action();
        }
    });

    /// <summary>Counts a strike of a fault that does not use <see cref="Repeat"/>.</summary>
    protected void CountStrike() => Strikes++;

    private void PlanNext(TimeSpan mean, Func<bool> strike) => Later(Random.NextAround(mean), () =>
    {
        if (strike())
        {
            Strikes++;
        }

        PlanNext(mean, strike);
    });
}
