using System.Collections.Immutable;

namespace Consensus.Gossip.Membership;

/// <summary>What somebody says about a member. Immutable.</summary>
/// <param name="Id">About whom.</param>
/// <param name="Address">Where it is; empty if that is not known.</param>
/// <param name="Version">How new it is.</param>
/// <param name="State">What is said of it.</param>
/// <param name="Accusers">Who did not get an answer from it: some of a suspect's, in the order of their numbers, and the one who declared somebody dead.</param>
/// <param name="Age">For how many seconds somebody has been dead or gone: nobody is remembered for longer because others remember.</param>
internal sealed record MemberClaim(NodeId Id, string Address, MemberVersion Version, SwarmMemberState State, ImmutableArray<NodeId> Accusers, uint Age)
{
    /// <summary>How many accusers are named at most.</summary>
    public const int AccusersMax = 8;

    /// <summary>The longest address, in bytes.</summary>
    public const int AddressBytesMax = 255;

    /// <summary>Whether it says that the member is one: suspects are.</summary>
    public bool IsLive => State is SwarmMemberState.Alive or SwarmMemberState.Suspect;

    /// <summary>That a member lives.</summary>
    public static MemberClaim Alive(NodeId id, string address, MemberVersion version) => new(id, address, version, SwarmMemberState.Alive, [], 0);

    /// <summary>The same member and version, suspected.</summary>
    public MemberClaim Suspected(ImmutableArray<NodeId> accusers) => this with { State = SwarmMemberState.Suspect, Accusers = accusers, Age = 0 };

    /// <summary>The same member and version, dead.</summary>
    public MemberClaim Died(NodeId by) => this with { State = SwarmMemberState.Dead, Accusers = [by], Age = 0 };

    /// <summary>The same member and version, gone by its own will.</summary>
    public MemberClaim Left() => this with { State = SwarmMemberState.Left, Accusers = [], Age = 0 };
}
