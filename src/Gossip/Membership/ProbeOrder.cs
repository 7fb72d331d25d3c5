using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>Whom a node asks next: by turns its neighbour on the ring, and the next of a round in which each live member comes once, shuffled for each round (SWIM, section 4.3). Whoever joins takes a place somewhere in what is left of the round.</summary>
internal sealed class ProbeOrder(MemberTable table, MemberRing ring, DeterministicRandom random)
{
    private readonly List<NodeId> _round = [];
    private readonly HashSet<NodeId> _inRound = [];
    private long _asOf = -1;
    private bool _isNeighboursTurn;

    /// <summary>The next; <see cref="NodeId.None"/> if there is nobody.</summary>
    public NodeId Next()
    {
        _isNeighboursTurn = !_isNeighboursTurn;
        var neighbour = _isNeighboursTurn ? ring.Successor() : NodeId.None;
        return neighbour != NodeId.None ? neighbour : NextOfRound();
    }

    private NodeId NextOfRound()
    {
        if (table.Live.Count == 0)
        {
            return NodeId.None;
        }

        while (true)
        {
            if (_round.Count == 0)
            {
                _inRound.Clear();
                _asOf = -1;
            }

            TakeInNew();
            var next = _round[^1];
            _round.RemoveAt(_round.Count - 1);
            if (table.IsLive(next))
            {
                return next;
            }
        }
    }

    private void TakeInNew()
    {
        if (_asOf == table.Changes)
        {
            return;
        }

        _asOf = table.Changes;
        foreach (var entry in table.Live)
        {
            if (_inRound.Add(entry.Id))
            {
                // Fisher and Yates, from the inside out.
                var place = (int)random.NextBelow((ulong)_round.Count + 1);
                _round.Add(place < _round.Count ? _round[place] : entry.Id);
                _round[place] = entry.Id;
            }
        }
    }
}
