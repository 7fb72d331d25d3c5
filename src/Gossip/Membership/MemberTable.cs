using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>All that a node knows about the other members: those who live, suspects among them, and those who died or left and are not forgotten yet.</summary>
internal sealed class MemberTable
{
    private readonly Dictionary<NodeId, MemberEntry> _entries = [];
    private readonly List<MemberEntry> _live = [];
    private readonly List<MemberEntry> _dead = [];
    private readonly List<MemberEntry> _left = [];
    private ulong _digest;

    /// <summary>Those who live, suspects among them, in no order.</summary>
    public IReadOnlyList<MemberEntry> Live => _live;

    /// <summary>Those who died.</summary>
    public IReadOnlyList<MemberEntry> Dead => _dead;

    /// <summary>Those who live, then those who died, then those who left.</summary>
    public IEnumerable<MemberEntry> All => _live.Concat(_dead).Concat(_left);

    /// <summary>How many are remembered that died or left.</summary>
    public int Tombstones => _dead.Count + _left.Count;

    /// <summary>How many are suspected.</summary>
    public int Suspects { get; private set; }

    /// <summary>Grows with every change of who lives.</summary>
    public long Changes { get; private set; }

    /// <summary>What is known of a member; <see langword="null"/> for nothing.</summary>
    public MemberEntry? Find(NodeId id) => _entries.GetValueOrDefault(id);

    /// <summary>Whether somebody is believed to live.</summary>
    public bool IsLive(NodeId id) => Find(id) is { Claim.IsLive: true };

    /// <summary>A number that is another one if the live members, or their versions, are others. That one is suspected makes no difference, nor do the dead: nobody has to be told who does not know them.</summary>
    /// <param name="self">The node's own version, which is part of it.</param>
    public ulong DigestWith(MemberClaim self) => unchecked(_digest + Mixed(self));

    /// <summary>From now on this is held of a member.</summary>
    public MemberEntry Put(Ticks now, MemberClaim claim)
    {
        if (!_entries.TryGetValue(claim.Id, out var entry))
        {
            entry = new MemberEntry(claim, now);
            _entries.Add(claim.Id, entry);
        }
        else
        {
            Remove(entry);
            (entry.Claim, entry.Since, entry.Suspicion) = (claim, now, null);
        }

        var list = ListOf(claim.State);
        entry.Place = list.Count;
        list.Add(entry);
        _digest = claim.IsLive ? unchecked(_digest + Mixed(claim)) : _digest;
        Suspects += claim.State == SwarmMemberState.Suspect ? 1 : 0;
        Changes++;
        return entry;
    }

    /// <summary>Names others who accuse a suspect.</summary>
    public static void Name(MemberEntry suspect, ImmutableArray<NodeId> accusers) => suspect.Claim = suspect.Claim with { Accusers = accusers };

    /// <summary>Forgets those who have been dead or gone for long enough; beyond a number, those first who have been for longest.</summary>
    public void Forget(Ticks now, TimeSpan after, int most)
    {
        foreach (var old in _dead.Concat(_left).Where(entry => entry.Age(now) >= after).ToArray())
        {
            Drop(old);
        }

        if (Tombstones <= most)
        {
            return;
        }

        // Some more than has to be, for it takes a look at all of them.
        var tooMany = Tombstones - most + (most / 16);
        foreach (var old in _dead.Concat(_left).OrderByDescending(entry => entry.Age(now)).ThenBy(entry => entry.Id).Take(tooMany).ToArray())
        {
            Drop(old);
        }
    }

    private void Drop(MemberEntry entry)
    {
        Remove(entry);
        _entries.Remove(entry.Id);
        Changes++;
    }

    private void Remove(MemberEntry entry)
    {
        var list = ListOf(entry.Claim.State);
        Invariant.Holds(ReferenceEquals(list[entry.Place], entry), "a member stands where it says");
        var last = list[^1];
        list[entry.Place] = last;
        last.Place = entry.Place;
        list.RemoveAt(list.Count - 1);
        _digest = entry.Claim.IsLive ? unchecked(_digest - Mixed(entry.Claim)) : _digest;
        Suspects -= entry.Claim.State == SwarmMemberState.Suspect ? 1 : 0;
    }

    private List<MemberEntry> ListOf(SwarmMemberState state) => state switch
    {
        SwarmMemberState.Alive or SwarmMemberState.Suspect => _live,
        SwarmMemberState.Dead => _dead,
        SwarmMemberState.Left => _left,
    };

    /// <summary>Two rounds of SplitMix64, so that the sum of many tells them apart.</summary>
    private static ulong Mixed(MemberClaim claim) =>
        new DeterministicRandom(unchecked(new DeterministicRandom(claim.Version.Instance + ((ulong)claim.Version.Incarnation << 40)).NextUInt64() ^ claim.Id.Value)).NextUInt64();
}
