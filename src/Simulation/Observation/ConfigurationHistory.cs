using System.Runtime.CompilerServices;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Observation;

/// <summary>
/// Which configurations can still decide anything. A node that was away goes by an old one, but cannot win with it: the change to the next
/// was committed by a majority of the old, and none of these elects somebody who lacks it.
/// </summary>
/// <remarks>Ids are never used again, so that no configuration ever comes back, and each is known by its value.</remarks>
internal sealed class ConfigurationHistory
{
    private readonly NodeTable<List<(LogIndex Index, ClusterMembership Membership)>> _undecided = new();
    private readonly NodeTable<ClusterMembership> _current = new();
    private readonly HashSet<ClusterMembership> _superseded = [];
    private readonly NodeTable<StrongBox<Epoch>> _entered = new();
    private readonly List<(ClusterMembership Old, ClusterMembership New, Epoch Entered)> _handingOver = [];
    private readonly List<(Epoch Ends, ClusterMembership Membership)> _ordered = [];
    private LogIndex _committedAt;
    private Epoch _epoch;

    /// <summary>The last configuration that was committed.</summary>
    public ClusterMembership Committed { get; private set; } = ClusterMembership.Empty;

    /// <summary>The committed configuration, and those after it that some node, up or down, has in its log.</summary>
    public IEnumerable<ClusterMembership> InUse => InUseBy(_current);

    /// <summary>The same, as if a node were gone for good: what it alone has in its log decides nothing then.</summary>
    public IEnumerable<ClusterMembership> InUseWithout(NodeId node) => InUseBy(_current.Without(node));

    /// <summary>Somebody has ordered that these belong to the group when an epoch is over: that may take effect at any time, as long as it is not.</summary>
    public void OnOrdered(Epoch ends, ClusterMembership membership) => _ordered.Add((ends, membership));

    /// <summary>Whether a node may yet become a member by such an order.</summary>
    public bool IsOrdered(NodeId node) => _ordered.Any(order => order.Membership.Find(node) is not null);

    public void OnStarted(NodeId node, RecoveredState recovered)
    {
        if (Committed == ClusterMembership.Empty)
        {
            Committed = recovered.Bootstrap;
        }

        var undecided = Of(node);
        undecided.Clear();
        foreach (var entry in recovered.Entries.Where(entry => entry.Index > _committedAt))
        {
            Note(undecided, entry);
        }
    }

    public void OnStaged(NodeId node, in LogRecord record)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                Note(Of(node), record.Entry);
                break;
            case LogRecordKind.Truncate:
                var first = record.Entry.Index;
                Of(node).RemoveAll(change => change.Index >= first);
                break;
            case LogRecordKind.Base:
                Of(node).Clear();
                break;
        }
    }

    public void OnTurn(NodeId node, in CoreStatus status, EffectBuffer effects)
    {
        _current[node] = status.Membership;
        if (_entered[node]?.Value != status.Epoch)
        {
            _entered[node] = new StrongBox<Epoch>(status.Epoch);
            EndHandovers();
        }

        if (status.Epoch > _epoch)
        {
            _epoch = status.Epoch;
            _ordered.RemoveAll(order => order.Ends < _epoch);
        }

        // Records are staged after the turn. What the turn voids and replaces must not be taken for committed with what replaces it.
        for (var i = 0; i < effects.Records.Count; i++)
        {
            if (effects.Records[i].Kind != LogRecordKind.Entry)
            {
                OnStaged(node, effects.Records[i]);
            }
        }

        var undecided = Of(node);
        while (undecided.Count > 0 && undecided[0].Index <= status.CommitIndex)
        {
            if (undecided[0].Index > _committedAt)
            {
                var old = Committed;
                (_committedAt, Committed) = undecided[0];
                if (status.Epoch > Epoch.Zero)
                {
                    _handingOver.Add((old, Committed, status.Epoch));
                }
                else
                {
                    _superseded.Add(old);
                }
            }

            undecided.RemoveAt(0);
        }
    }

    /// <summary>The node never comes back: what it goes by decides nothing.</summary>
    public void OnRetired(NodeId node)
    {
        _current[node] = null;
        _undecided[node] = null;
        _entered[node] = null;
    }

    private IEnumerable<ClusterMembership> InUseBy(IEnumerable<ClusterMembership> current) =>
        current.Where(membership => !_superseded.Contains(membership)).Prepend(Committed).Concat(_handingOver.Select(change => change.Old)).Concat(_ordered.Select(order => order.Membership)).Distinct();

    /// <summary>Who has begun an epoch tells the others, if it lives. Until so many have that each quorum has one of them, those of the epoch before may have to certify its end once more.</summary>
    private void EndHandovers()
    {
        foreach (var done in _handingOver.Where(change => CountEntered(change.New, change.Entered) > change.New.Members.Length - ByzantineQuorum.Size(change.New.Members.Length)).ToArray())
        {
            _superseded.Add(done.Old);
            _handingOver.Remove(done);
        }
    }

    private int CountEntered(ClusterMembership members, Epoch epoch) => members.Members.Count(member => _entered[member.Id] is { } entered && entered.Value >= epoch);

    private List<(LogIndex Index, ClusterMembership Membership)> Of(NodeId node) => _undecided[node] ??= [];

    private static void Note(List<(LogIndex Index, ClusterMembership Membership)> undecided, in LogEntry entry)
    {
        var membership = entry.Kind switch
        {
            EntryKind.Membership => MembershipCodec.Decode(entry.Payload.Span),
            EntryKind.Epoch => EpochEntry.ReadMembership(entry),
            _ => null,
        };
        if (membership is not null)
        {
            undecided.Add((entry.Index, membership));
        }
    }
}
