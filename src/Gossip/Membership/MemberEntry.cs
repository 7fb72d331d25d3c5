using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>What a node keeps about one other member.</summary>
internal sealed class MemberEntry(MemberClaim claim, Ticks since)
{
    private RateLimit _changes;

    /// <summary>What is held of it.</summary>
    public MemberClaim Claim { get; set; } = claim;

    /// <summary>Since when.</summary>
    public Ticks Since { get; set; } = since;

    /// <summary>Where it stands among those of its kind.</summary>
    public int Place { get; set; }

    /// <summary>For how long it may deny, if it is a suspect.</summary>
    public Suspicion? Suspicion { get; set; }

    /// <summary>When it was last heard itself.</summary>
    public Ticks HeardAt { get; set; } = new(long.MinValue);

    /// <summary>The other address that was told last, if two claim to be this member.</summary>
    public string? ConflictAddress { get; set; }

    public NodeId Id => Claim.Id;

    /// <summary>Whether it may join, start again or leave once more.</summary>
    public bool MayChange(Ticks now, int perMinute) => _changes.TryTake(now, perMinute, TimeSpan.FromMinutes(1) / perMinute);

    /// <summary>For how long it has been dead or gone.</summary>
    public TimeSpan Age(Ticks now) => TimeSpan.FromSeconds(Claim.Age) + (now - Since);

    /// <summary>What is held of it, to be told now.</summary>
    public MemberClaim ToTell(Ticks now) => Claim.IsLive ? Claim : Claim with { Age = (uint)Math.Max(0, Age(now).TotalSeconds) };
}
