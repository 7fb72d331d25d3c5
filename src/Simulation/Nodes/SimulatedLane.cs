using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Nodes;

/// <summary>One lane of a node's replica: turns in virtual time, one after the other, each taking as long as what it does.</summary>
/// <remarks>A turn that throws ends the node's process, as it would end a replica in production.</remarks>
internal sealed class SimulatedLane : ILane, IPlanned
{
    private readonly SimulatedNode _node;
    private readonly LaneKind _kind;
    private readonly Func<TimeSpan> _turn;
    private readonly int _life;
    private Ticks _plannedAt = Ticks.Never;
    private Ticks _busyUntil;
    private long _plan;
    private bool _isRunning;
    private bool _isTurning;
    private bool _isWokenInTurn;

    public SimulatedLane(SimulatedNode node, LaneKind kind, Func<TimeSpan> turn)
    {
        _node = node;
        _kind = kind;
        _turn = turn;
        _life = node.Life;
    }

    /// <inheritdoc/>
    public void Start()
    {
        _isRunning = true;
        Plan(_node.Agenda.Now);
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (_isTurning)
        {
            _isWokenInTurn = true;
        }
        else if (_isRunning)
        {
            Plan(_node.Agenda.Now + _node.Elapsed + _node.WakeTime());
        }
    }

    /// <inheritdoc/>
    /// <remarks>A turn begins when the one who woke the lane has ended, as always here: a visitor is as good as a thread that wakes up at once.</remarks>
    public void Visit() => Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isRunning && _life == _node.Life)
        {
            while (_turn() == TimeSpan.Zero)
            {
                // What is due at once is done before the end.
            }
        }

        _isRunning = false;
    }

    /// <inheritdoc/>
    void IPlanned.Happen(long plan)
    {
        if (plan == _plan)
        {
            _plannedAt = Ticks.Never;
            Turn();
        }
    }

    private void Plan(Ticks at)
    {
        at = at > _busyUntil ? at : _busyUntil;
        if (_plannedAt <= at)
        {
            return;
        }

        _plannedAt = at;
        _node.Agenda.Plan(at, this, ++_plan);
    }

    private void Turn()
    {
        // A paused node's lanes are woken when it goes on.
        if (!_isRunning || _life != _node.Life || _node.Condition != NodeCondition.Running)
        {
            return;
        }

        TimeSpan rest;
        _isTurning = true;
        _isWokenInTurn = false;
        try
        {
            rest = _turn();
        }
        catch (Exception exception)
        {
            _isRunning = false;
            if (_life == _node.Life)
            {
                _node.Fail(exception);
            }

            return;
        }
        finally
        {
            _isTurning = false;
        }

        _busyUntil = _node.Agenda.Now + _node.EndTurn(_kind);
        if (_isWokenInTurn || rest == TimeSpan.Zero)
        {
            Plan(_busyUntil);
        }
        else if (rest != Timeout.InfiniteTimeSpan)
        {
            Plan(_node.Clock.WhenReached(_node.Clock.GetTimestamp() + rest.Ticks));
        }
    }
}
