using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>
/// The live members in a circle, each at a place that follows from its number, the same at every node. Each asks the one behind it in every other probe, so that every member is asked in time, and not only on average; and those before a suspect see to it that it is
/// accused by more than one.
/// </summary>
/// <remarks>A departure from SWIM, whose shuffled round alone leaves one member of many unasked for several intervals. Read again when somebody came or went.</remarks>
internal sealed class MemberRing(NodeId self, MemberTable table)
{
    private readonly List<(ulong Key, NodeId Id)> _places = [];
    private long _asOf = -1;

    /// <summary>The next live member behind this node that is not suspected; <see cref="NodeId.None"/> if there is none.</summary>
    public NodeId Successor()
    {
        Refresh();
        var here = PlaceOf(self);
        for (var step = 1; step < _places.Count; step++)
        {
            var id = _places[(here + step) % _places.Count].Id;
            if (table.Find(id) is { Claim.State: SwarmMemberState.Alive })
            {
                return id;
            }
        }

        return NodeId.None;
    }

    /// <summary>Whether this node is one of some places before a member.</summary>
    public bool IsShortlyBefore(NodeId member, int places)
    {
        Refresh();
        var distance = PlaceOf(member) - PlaceOf(self);
        return (distance < 0 ? distance + _places.Count : distance) <= places;
    }

    private static (ulong Key, NodeId Id) KeyOf(NodeId id) => (new DeterministicRandom(id.Value).NextUInt64(), id);

    private int PlaceOf(NodeId id)
    {
        var place = _places.BinarySearch(KeyOf(id));
        return place >= 0 ? place : ~place;
    }

    private void Refresh()
    {
        if (_asOf == table.Changes)
        {
            return;
        }

        _places.Clear();
        _places.Add(KeyOf(self));
        foreach (var entry in table.Live)
        {
            _places.Add(KeyOf(entry.Id));
        }

        _places.Sort();
        _asOf = table.Changes;
    }
}
