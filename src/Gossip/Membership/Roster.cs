using System.Collections.Immutable;
using System.Numerics;
using Consensus.Engine;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>Judges what is said about members: keeps what holds, tells it on, lets suspects die when their time is over, and denies what is said about this node.</summary>
internal sealed class Roster
{
    private readonly MembershipOptions _options;
    private readonly LocalHealth _health;
    private readonly List<MemberEntry> _suspects = [];
    private readonly List<MemberClaim> _corrections = [];
    private string? _conflictOfSelf;

    public Roster(MemberClaim self, MembershipOptions options, LocalHealth health)
    {
        (Self, _options, _health) = (self, options, health);
        News = new NewsQueue(options.NewsMax, options.RetransmitFactor);
    }

    /// <summary>What this node says about itself.</summary>
    public MemberClaim Self { get; private set; }

    public MemberTable Table { get; } = new();

    public NewsQueue News { get; }

    /// <summary>How many live, this node included.</summary>
    public int Size => Table.Live.Count + 1;

    /// <summary>Members that are suspected since this was last looked at, at their first accusation.</summary>
    public List<NodeId> NewlySuspected { get; } = [];

    /// <summary>Whether a member that was taken for dead has said itself that it lives, since this was last looked at.</summary>
    public NodeId Returned { get; set; }

    /// <summary>When the first suspect is dead.</summary>
    public Ticks NextDeadline => _suspects.Count == 0 ? Ticks.Never : _suspects.Min(suspect => suspect.Suspicion!.Deadline);

    /// <summary>Somebody says something about members.</summary>
    /// <returns>What the sender is to be told, because it knows older things: valid until the next call.</returns>
    public IReadOnlyList<MemberClaim> Apply(Ticks now, NodeId from, ImmutableArray<MemberClaim> claims, GossipEffects effects)
    {
        _corrections.Clear();
        foreach (var claim in claims)
        {
            if (claim.Id == Self.Id)
            {
                ApplySelf(claim, effects);
            }
            else
            {
                ApplyOther(now, from, claim, effects);
            }
        }

        return _corrections;
    }

    /// <summary>This node got no answer from a member.</summary>
    public void Accuse(Ticks now, NodeId id, GossipEffects effects)
    {
        if (Table.Find(id) is { Claim.IsLive: true } entry)
        {
            ApplyOther(now, Self.Id, entry.Claim.Suspected([Self.Id]), effects);
        }
    }

    /// <summary>Suspects whose time is over are dead.</summary>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        for (var i = _suspects.Count - 1; i >= 0; i--)
        {
            if (_suspects[i].Suspicion!.Deadline <= now)
            {
                var suspect = _suspects[i];
                Hold(now, suspect, suspect.Claim.Died(Self.Id), effects);
            }
        }
    }

    /// <summary>This node was asleep: what suspects said meanwhile is still to be heard.</summary>
    public void Shift(TimeSpan asleep) => _suspects.ForEach(suspect => suspect.Suspicion!.Shift(asleep));

    /// <summary>This node goes.</summary>
    public void LeaveSelf()
    {
        Self = Self.Left();
        News.Add(Self);
    }

    private void ApplySelf(MemberClaim claim, GossipEffects effects)
    {
        if (Self.State == SwarmMemberState.Left)
        {
            return;
        }

        if (claim.State == SwarmMemberState.Alive && !string.Equals(claim.Address, Self.Address, StringComparison.Ordinal))
        {
            // Not denied: two that deny each other would never end.
            if (!string.Equals(_conflictOfSelf, claim.Address, StringComparison.Ordinal))
            {
                _conflictOfSelf = claim.Address;
                effects.Raise(new MemberConflicted(MemberOf(Self), claim.Address));
            }

            return;
        }

        if (claim.Version < Self.Version)
        {
            // Denied before; whoever says so has not heard of it.
            AddCorrection(claim.State == SwarmMemberState.Alive ? null : Self);
            return;
        }

        if (claim.Version == Self.Version && claim.State == SwarmMemberState.Alive)
        {
            return;
        }

        var instance = Self.Version.Instance;
        Self = Self with { Version = Self.Version.Above(claim.Version) };
        News.Add(Self);
        AddCorrection(Self);
        _health.Worsen();
        if (claim.State == SwarmMemberState.Dead)
        {
            effects.Raise(new DeathDenied(claim.Accusers));
        }

        if (Self.Version.Instance != instance)
        {
            effects.Raise(new InstanceRaised(Self.Version.Instance));
        }
    }

    private void ApplyOther(Ticks now, NodeId from, MemberClaim claim, GossipEffects effects)
    {
        var entry = Table.Find(claim.Id);
        switch (Precedence.Judge(entry?.Claim, claim))
        {
            case ClaimEffect.Ignore:
                break;
            case ClaimEffect.Accept when claim.State == SwarmMemberState.Dead && entry?.Suspicion is { } suspicion && !suspicion.IsOldEnough(now):
                suspicion.MakeCertain();
                break;
            case ClaimEffect.Accept:
                Accept(now, from, entry, claim, effects);
                break;
            case ClaimEffect.Doubt:
                Accept(now, from, entry, entry!.Claim.Suspected(claim.Accusers) with { Version = claim.Version }, effects);
                entry.Suspicion?.MakeCertain();
                break;
            case ClaimEffect.Confirm:
                if (entry!.Suspicion!.Confirm(claim.Accusers))
                {
                    MemberTable.Name(entry, entry.Suspicion.Accusers);
                    News.Add(entry.Claim);
                }

                break;
            case ClaimEffect.Correct:
                AddCorrection(entry!.ToTell(now));
                break;
            case ClaimEffect.Conflict:
                if (!string.Equals(entry!.ConflictAddress, claim.Address, StringComparison.Ordinal))
                {
                    entry.ConflictAddress = claim.Address;
                    effects.Raise(new MemberConflicted(MemberOf(entry.Claim), claim.Address));
                }

                break;
        }
    }

    private void Accept(Ticks now, NodeId from, MemberEntry? entry, MemberClaim claim, GossipEffects effects)
    {
        var isNew = entry is null || !entry.Claim.IsLive || entry.Claim.Version.Instance != claim.Version.Instance;
        if (claim.IsLive ? entry is not { Claim.IsLive: true } && Size >= _options.MembersMax : entry is null && TimeSpan.FromSeconds(claim.Age) >= _options.TombstoneTime)
        {
            return;
        }

        if (entry is not null && (claim.State == SwarmMemberState.Left || (claim.IsLive && isNew)) && !entry.MayChange(now, _options.ChangesPerMinuteMax))
        {
            return;
        }

        if (claim.IsLive && entry is { Claim.State: SwarmMemberState.Dead } && from == claim.Id)
        {
            Returned = from;
        }

        Hold(now, entry, claim, effects);
    }

    /// <summary>From now on this is held, and told.</summary>
    private void Hold(Ticks now, MemberEntry? entry, MemberClaim claim, GossipEffects effects)
    {
        var before = entry?.Claim;
        if (entry?.Suspicion is not null)
        {
            _suspects.Remove(entry);
        }

        if (before is not null && claim.Address.Length == 0)
        {
            claim = claim with { Address = before.Address };
        }

        entry = Table.Put(now, claim);
        if (claim.IsLive && !string.Equals(before?.Address, claim.Address, StringComparison.Ordinal))
        {
            entry.ConflictAddress = null;
            effects.Locate(claim.Id, claim.Address);
        }

        if (claim.State == SwarmMemberState.Suspect)
        {
            BeginSuspicion(now, entry);
        }

        if (Table.Tombstones > _options.TombstonesMax)
        {
            Table.Forget(now, _options.TombstoneTime, _options.TombstonesMax);
        }

        News.Add(claim);
        RaiseChange(before, claim, effects);
    }

    private void BeginSuspicion(Ticks now, MemberEntry entry)
    {
        var confirmations = Math.Min(_options.SuspicionConfirmations, Math.Max(0, Size - 2));
        var scale = Math.Max(7, BitOperations.Log2((uint)Size) + 1);
        entry.Suspicion = new Suspicion(now, entry.Claim.Accusers, confirmations, _options.SuspicionTimeoutMin * scale / 7, _options.SuspicionTimeoutMax * scale / 7);
        MemberTable.Name(entry, entry.Suspicion.Accusers);
        _suspects.Add(entry);
        NewlySuspected.Add(entry.Id);
    }

    private void AddCorrection(MemberClaim? claim)
    {
        if (claim is not null && _corrections.Count < SentNews.CorrectionsMax && !_corrections.Exists(known => known.Id == claim.Id))
        {
            _corrections.Add(claim);
        }
    }

    private void RaiseChange(MemberClaim? before, MemberClaim claim, GossipEffects effects)
    {
        var member = MemberOf(claim);
        var by = claim.Accusers.Length > 0 ? claim.Accusers[0] : Self.Id;
        var wasLive = before is { IsLive: true };
        if (claim.IsLive && wasLive && before!.Version.Instance != claim.Version.Instance)
        {
            effects.Raise(new MemberDied(MemberOf(before) with { State = SwarmMemberState.Dead }, by));
            wasLive = false;
        }

        if (claim.IsLive && !wasLive)
        {
            effects.Raise(new MemberJoined(member));
        }

        switch (claim.State)
        {
            case SwarmMemberState.Alive:
                if (wasLive && before!.State == SwarmMemberState.Suspect)
                {
                    effects.Raise(new MemberRefuted(member));
                }

                break;
            case SwarmMemberState.Suspect:
                effects.Raise(new MemberSuspected(member, by));
                break;
            case SwarmMemberState.Dead:
                if (wasLive)
                {
                    effects.Raise(new MemberDied(member, by));
                }

                break;
            case SwarmMemberState.Left:
                if (wasLive)
                {
                    effects.Raise(new MemberLeft(member));
                }

                break;
        }
    }

    private static SwarmMember MemberOf(MemberClaim claim) => new(claim.Id, claim.Address, claim.Version, claim.State);
}
