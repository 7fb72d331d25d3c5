using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// One kind of fault in one run. It strikes now and then, and each strike ends after a while: a fault that lasts too short shows nothing, and
/// one that leaves no pause lets nothing happen that could go wrong later.
/// </summary>
internal abstract class Fault
{
    private const double LeaderRate = 0.4;
    private static readonly TimeSpan AmbushPatience = TimeSpan.FromSeconds(2);

    private bool _isOver;
    private bool _isInAmbush;

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
    public virtual void End() => _isOver = true;

    /// <summary>Strikes again and again, in intervals drawn around a mean that is itself drawn once for the run.</summary>
    /// <param name="shortest">The shortest mean.</param>
    /// <param name="longest">The longest mean.</param>
    /// <param name="strike">What happens; returns whether it did.</param>
    protected void Repeat(TimeSpan shortest, TimeSpan longest, Func<bool> strike) => PlanNext(Random.NextBetween(shortest, longest), strike);

    /// <summary>Strikes, lasts, ends, and leaves the run in peace, again and again. How long on average is drawn once for the run.</summary>
    /// <param name="windows">How long at least, and on average at most.</param>
    /// <param name="strike">What happens; returns what ends it, or nothing if it did not happen.</param>
    protected void Alternate(FaultWindows windows, Func<Action?> strike)
    {
        var lasts = Random.NextBetween(TimeSpan.Zero, windows.LastsMax - windows.LastsMin);
        var rests = Random.NextBetween(TimeSpan.Zero, windows.RestsMax - windows.RestsMin);
        Rest();

        void Rest() => Later(windows.RestsMin + Random.NextAround(rests), () =>
        {
            if (strike() is not { } end)
            {
                Rest();
                return;
            }

            CountStrike();
            Later(windows.LastsMin + Random.NextAround(lasts), () =>
            {
                end();
                Rest();
            });
        });
    }

    /// <summary>
    /// Strikes the next node at which a moment comes, in the middle of the turn in which it comes. Waits for one moment at a time, and not
    /// forever: a group that is well has no elections.
    /// </summary>
    /// <returns>Whether nothing was waited for yet.</returns>
    protected bool Ambush(Moment moment, Action<SimulatedNode> strike)
    {
        if (_isInAmbush)
        {
            return false;
        }

        _isInAmbush = true;
        var plan = World.Moments.Await(moment, Strike);
        Later(AmbushPatience, () =>
        {
            if (World.Moments.Forget(plan))
            {
                _isInAmbush = false;
                if (Victim() is { } victim)
                {
                    Strike(victim);
                }
            }
        });
        return true;

        void Strike(SimulatedNode node)
        {
            _isInAmbush = false;
            if (!_isOver)
            {
                CountStrike();
                strike(node);
            }
        }
    }

    /// <summary>A node that is up, if there is one: the leader more often than chance would have it, because most depends on it.</summary>
    /// <param name="isFit">Whether it may be a node; any may if not given.</param>
    protected SimulatedNode? Victim(Func<SimulatedNode, bool>? isFit = null)
    {
        var up = World.Nodes.Where(node => node.IsUp && (isFit is null || isFit(node))).ToArray();
        var leader = Random.Chance(LeaderRate) ? World.Leader() : null;
        return leader is not null && up.Contains(leader) ? leader : (up.Length > 0 ? Random.Any(up) : null);
    }

    /// <summary>Starts a node after a while. One that is still to crash is waited for.</summary>
    protected void StartLater(SimulatedNode node, TimeSpan delay) => Later(delay, () =>
    {
        if (node is { IsUp: true, IsDoomed: true })
        {
            StartLater(node, delay);
        }
        else
        {
            node.StartIfDown();
        }
    });

    /// <summary>A duration between the two, with short ones as likely as long ones: even over the logarithm.</summary>
    protected TimeSpan NextOfAnySize(TimeSpan shortest, TimeSpan longest) =>
        shortest * Math.Pow(longest / shortest, Random.NextBetween(0.0, 1.0));

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
