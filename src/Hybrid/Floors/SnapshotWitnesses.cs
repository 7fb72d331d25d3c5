using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// Whether a snapshot may be taken that a leader of Raft sends: it may lie about the state, and whoever takes it would have nothing else. So many members must have taken the very same one that one of them does not lie. A member
/// says what its snapshot is like where what lies below is certified in its own log: it has been shown no other history then.
/// </summary>
/// <param name="epoch">The epoch.</param>
/// <param name="others">The other members.</param>
internal sealed class SnapshotWitnesses(RunningEpoch epoch, IReadOnlyList<NodeId> others)
{
    /// <summary>How many snapshots of its own a replica can speak of: others may have older ones.</summary>
    public const int OwnMax = 8;

    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(300);

    private readonly Queue<SnapshotDescriptor> _own = [];
    private readonly Dictionary<NodeId, SnapshotDescriptor> _said = [];
    private readonly MemberPace _answers = new();
    private SnapshotDescriptor? _sought;
    private SnapshotDescriptor? _believed;
    private Ticks _askAt;

    /// <summary>This replica has taken a snapshot, or has found it on its disk.</summary>
    public void OnSaved(SnapshotDescriptor snapshot)
    {
        if (snapshot.Position.Index <= epoch.Descriptor.Beginning.Index)
        {
            return;
        }

        _own.Enqueue(snapshot);
        if (_own.Count > OwnMax)
        {
            _own.Dequeue();
        }
    }

    /// <summary>A member sends a snapshot.</summary>
    /// <returns>Whether it may be taken. If not, the others are asked; it comes again.</returns>
    public bool Believes(NodeId from, SnapshotDescriptor snapshot, Ticks now, EffectBuffer effects)
    {
        if (snapshot == _believed)
        {
            return true;
        }

        if (snapshot != _sought)
        {
            (_sought, _askAt) = (snapshot, now);
            _said.Clear();
        }

        Hear(from, snapshot);
        if (snapshot != _believed && now >= _askAt)
        {
            _askAt = now + AskInterval;
            foreach (var other in others.Where(other => !_said.ContainsKey(other)))
            {
                effects.Send(other, new SnapshotQuestion(epoch.Descriptor.Tag, snapshot.Position.Index));
            }
        }

        return snapshot == _believed;
    }

    /// <summary>A member asks.</summary>
    /// <param name="from">The member.</param>
    /// <param name="question">What it asks.</param>
    /// <param name="certified">Up to where this replica's own log is certified, applied or not: what was applied for the snapshot leads there.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes the answer.</param>
    public void OnQuestion(NodeId from, SnapshotQuestion question, LogIndex certified, Ticks now, EffectBuffer effects)
    {
        if (question.Index <= certified && _own.FirstOrDefault(own => own.Position.Index == question.Index) is { } taken && _answers.MayPass(from, now))
        {
            effects.Send(from, new SnapshotWitness(epoch.Descriptor.Tag, taken));
        }
    }

    /// <summary>A member says what its snapshot is like.</summary>
    public void OnWitness(NodeId from, SnapshotWitness witness)
    {
        if (_sought is { } sought && witness.Snapshot.Position.Index == sought.Position.Index)
        {
            Hear(from, witness.Snapshot);
        }
    }

    private void Hear(NodeId from, SnapshotDescriptor snapshot)
    {
        _said[from] = snapshot;
        if (_said.Values.Count(said => said == _sought) >= epoch.Descriptor.Members.WeakQuorum)
        {
            _believed = _sought;
        }
    }
}
