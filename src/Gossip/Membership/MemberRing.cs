using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>
/// The live members in a circle, each at a place that follows from its number, the same at every node. Each asks the one behind it in every other probe, so that every member is asked in time, and not only on average; and those before a suspect see to it that it is
/// accused by more than one.
/// </summary>
/// <remarks>A departure from SWIM, whose shuffled round alone leaves one member of many unasked for several intervals. Read again when somebody came or went.</remarks>
internal sealed class MemberRing(NodeId self, MemberTable table)
{
    private ulong[] _keys = [];
    private NodeId[] _ids = [];
    private int _count;
    private long _asOf = -1;

    /// <summary>The next live member behind this node that is not suspected; <see cref="NodeId.None"/> if there is none.</summary>
    public NodeId Successor()
    {
        Refresh();
        var here = PlaceOf(self);
        for (var step = 1; step < _count; step++)
        {
            var id = _ids[(here + step) % _count];
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
        return (distance < 0 ? distance + _count : distance) <= places;
    }

    /// <summary>No two members have the same: SplitMix64 is a permutation.</summary>
    private static ulong KeyOf(NodeId id) => new DeterministicRandom(id.Value).NextUInt64();

    private int PlaceOf(NodeId id) => Array.BinarySearch(_keys, 0, _count, KeyOf(id));

    private void Refresh()
    {
        if (_asOf == table.Changes)
        {
            return;
        }

        (_asOf, _count) = (table.Changes, table.Live.Count + 1);
        if (_keys.Length < _count)
        {
            (_keys, _ids) = (new ulong[_count * 2], new NodeId[_count * 2]);
        }

        for (var i = 0; i < _count; i++)
        {
            _ids[i] = i == 0 ? self : table.Live[i - 1].Id;
            _keys[i] = KeyOf(_ids[i]);
        }

        Array.Sort(_keys, _ids, 0, _count);
    }
}
