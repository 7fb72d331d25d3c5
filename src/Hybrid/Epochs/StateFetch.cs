using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// Gets the state at the beginning of an epoch, or at the end of the one before, for a replica that lacks more entries than anybody keeps, or has missed whole epochs, or has nothing. What the state hashes to is known; of which bytes it is
/// made, as many members must say alike that one of them does not lie, so that nobody has to restore what a liar made up.
/// </summary>
/// <param name="self">Who fetches.</param>
internal sealed class StateFetch(NodeId self)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<NodeId, SnapshotDescriptor> _offers = [];
    private IReadOnlyList<NodeId> _others = [];
    private FetchedState? _target;
    private SnapshotDescriptor? _chosen;
    private int _source;
    private long _offset;

    /// <summary>When it asks again.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>Begins to fetch, or to fetch the state of a later epoch: of earlier ones nobody keeps it.</summary>
    public void Begin(FetchedState target, Ticks now)
    {
        if (_target != target)
        {
            End();
            _target = target;
            _others = [.. target.Members.Members.Select(member => member.Id).Where(id => id != self)];
            Deadline = now;
        }
    }

    /// <summary>It is not needed any more.</summary>
    public void End()
    {
        _target = null;
        _chosen = null;
        _offers.Clear();
        _offset = 0;
        Deadline = Ticks.Never;
    }

    /// <summary>Asks for what has not come in time.</summary>
    public void Advance(Ticks now, EffectBuffer effects)
    {
        if (now < Deadline)
        {
            return;
        }

        Deadline = now + Patience;
        if (_chosen is null)
        {
            foreach (var other in _others)
            {
                effects.Send(other, new StateRequest(_target!.Next));
            }
        }
        else
        {
            do
            {
                _source = (_source + 1) % _others.Count;
            }
            while (_offers.GetValueOrDefault(_others[_source]) != _chosen);
            Ask(now, effects);
        }
    }

    /// <summary>A member says of which bytes the state is made.</summary>
    public void OnOffer(NodeId from, SnapshotDescriptor snapshot, Ticks now, EffectBuffer effects)
    {
        if (_target is null || _chosen is not null || !_others.Contains(from) || !_target.Is(snapshot))
        {
            return;
        }

        _offers[from] = snapshot;
        if (_offers.Values.Count(offer => offer == snapshot) >= _target.Members.WeakQuorum)
        {
            _chosen = snapshot;
            _source = _others.ToList().IndexOf(from);
            Ask(now, effects);
        }
    }

    /// <summary>A part has come.</summary>
    public void OnPart(NodeId from, StatePart part, Ticks now, EffectBuffer effects)
    {
        if (_chosen is null || from != _others[_source] || part.Epoch != _target!.Next || part.Offset != _offset)
        {
            return;
        }

        Deadline = part.Data.IsEmpty ? now : now + Patience;
        if (!part.Data.IsEmpty)
        {
            effects.Request(new StoreSnapshotChunk(from, _chosen, part.Offset, part.Data.ToArray()));
        }
    }

    /// <summary>A part is on disk.</summary>
    /// <returns>The snapshot, once all of it is.</returns>
    public (FetchedState State, SnapshotDescriptor Snapshot)? OnStored(SnapshotChunkStored stored, Ticks now, EffectBuffer effects)
    {
        if (_chosen is null || stored.Snapshot != _chosen)
        {
            return null;
        }

        if (stored.IsComplete)
        {
            return (_target!, _chosen);
        }

        if (stored.NextOffset <= _offset)
        {
            // The disk is full, or, of all that has come, some was not what was promised: somebody else has it too.
            _offset = stored.NextOffset;
            Deadline = now + Patience;
        }
        else
        {
            _offset = stored.NextOffset;
            Ask(now, effects);
        }

        return null;
    }

    private void Ask(Ticks now, EffectBuffer effects)
    {
        Deadline = now + Patience;
        effects.Send(_others[_source], new StatePartRequest(_target!.Next, _offset));
    }
}
