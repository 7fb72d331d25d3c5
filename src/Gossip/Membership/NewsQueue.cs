using System.Collections.Immutable;
using System.Numerics;
using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Membership;

/// <summary>
/// The news about members that is still to be told: the newest of each member, what was told least often first and of that the newest first, each about as often as the logarithm of the members' number (SWIM, section 4.1). Bounded: what was told most often gives way.
/// </summary>
/// <param name="most">How many members there is news about.</param>
/// <param name="factor">Each is told so many times the binary logarithm of the members' number.</param>
internal sealed class NewsQueue(int most, int factor)
{
    private readonly Dictionary<NodeId, LinkedListNode<Item>> _items = [];

    /// <summary>What was told as often as its place says.</summary>
    private readonly List<LinkedList<Item>> _told = [];

    /// <summary>About how many members there is news.</summary>
    public int Count => _items.Count;

    /// <summary>Whether there is news about a member.</summary>
    public bool Has(NodeId id) => _items.ContainsKey(id);

    /// <summary>How often each is told.</summary>
    /// <param name="members">How many members there are.</param>
    public int TimesToTell(int members) => factor * (BitOperations.Log2((uint)members) + 1);

    /// <summary>There is news; what was to be told about the same member is not any more.</summary>
    public void Add(MemberClaim claim)
    {
        if (_items.Remove(claim.Id, out var old))
        {
            old.List!.Remove(old);
        }
        else if (_items.Count == most)
        {
            DropMostTold();
        }

        _items.Add(claim.Id, ListOf(0).AddFirst(new Item(claim, MembershipWire.LengthOf(claim))));
    }

    /// <summary>Takes what fits, counted as told once.</summary>
    /// <param name="taken">Takes it.</param>
    /// <param name="bytes">How many bytes there are.</param>
    /// <param name="members">How many members there are.</param>
    /// <param name="except">Who is not told about: that is in the message already.</param>
    public void Take(ImmutableArray<MemberClaim>.Builder taken, int bytes, int members, NodeId except)
    {
        var limit = TimesToTell(members);
        var first = taken.Count;
        for (var times = 0; times < _told.Count && bytes > 0; times++)
        {
            for (var node = _told[times].First; node is not null && bytes > 0;)
            {
                var (next, item) = (node.Next, node.Value);
                if (item.Claim.Id != except)
                {
                    // All are about as long: what does not fit is not looked for any further.
                    bytes -= item.Length;
                    if (bytes >= 0)
                    {
                        taken.Add(item.Claim);
                        _told[times].Remove(node);
                    }
                }

                node = next;
            }
        }

        for (var i = first; i < taken.Count; i++)
        {
            CountTold(taken[i].Id, limit);
        }
    }

    /// <summary>Nothing of what was taken is in a list: each goes to the end of the next.</summary>
    private void CountTold(NodeId id, int limit)
    {
        var node = _items[id];
        var times = node.Value.Times + 1;
        if (times >= limit)
        {
            _items.Remove(id);
            return;
        }

        node.Value = node.Value with { Times = times };
        ListOf(times).AddLast(node);
    }

    private LinkedList<Item> ListOf(int times)
    {
        while (_told.Count <= times)
        {
            _told.Add(new LinkedList<Item>());
        }

        return _told[times];
    }

    private void DropMostTold()
    {
        for (var times = _told.Count - 1; times >= 0; times--)
        {
            if (_told[times].Last is { } last)
            {
                _items.Remove(last.Value.Claim.Id);
                _told[times].RemoveLast();
                return;
            }
        }
    }

    private readonly record struct Item(MemberClaim Claim, int Length, int Times = 0);
}
