using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Observation;

/// <summary>Tells those who wait for it that a moment has come, in the turn in which it comes and before the turn's effects.</summary>
internal sealed class MomentWatch
{
    private readonly List<(long Number, Moment Moment, Action<SimulatedNode> Then)> _waiting = [];
    private long _awaited;

    /// <summary>Whether anybody waits for one.</summary>
    public bool IsAwaited => _waiting.Count > 0;

    /// <summary>Waits for the next such moment of any node.</summary>
    /// <returns>A number to <see cref="Forget"/> it by.</returns>
    public long Await(Moment moment, Action<SimulatedNode> then)
    {
        _waiting.Add((++_awaited, moment, then));
        return _awaited;
    }

    /// <summary>Waits no longer.</summary>
    /// <returns>Whether the moment had not come.</returns>
    public bool Forget(long number) => _waiting.RemoveAll(waiting => waiting.Number == number) > 0;

    public void OnStarted(SimulatedNode node) => Come(Moment.Starting, node);

    public void OnRestored(SimulatedNode node) => Come(Moment.Restored, node);

    /// <param name="node">Whose core has ended a turn.</param>
    /// <param name="before">What it was before.</param>
    /// <param name="now">What it is.</param>
    public void OnTurn(SimulatedNode node, in CoreStatus? before, in CoreStatus now)
    {
        if (before is not { } last)
        {
            return;
        }

        if (now.Role != last.Role && now.Role == ReplicaRole.Candidate)
        {
            Come(Moment.Standing, node);
        }

        if (now.Role != last.Role && now.Role == ReplicaRole.Leader)
        {
            Come(Moment.Elected, node);
        }

        if (!ReferenceEquals(now.Membership, last.Membership) && now.Membership != last.Membership)
        {
            Come(Moment.MembersChanged, node);
        }
    }

    private void Come(Moment moment, SimulatedNode node)
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Moment == moment)
            {
                var then = _waiting[i].Then;
                _waiting.RemoveAt(i);
                then(node);
            }
        }
    }
}
