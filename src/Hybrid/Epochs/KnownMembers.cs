using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>
/// Who belongs to the group, as far as a replica knows. It is known as soon as an epoch is known to have begun: a replica that has yet to get there may find nobody but its members, for all others may be gone.
/// </summary>
/// <param name="chain">The epochs.</param>
/// <param name="bootstrap">Who belonged to the group when it began; nobody, if the replica has joined it.</param>
internal sealed class KnownMembers(EpochChain chain, ClusterMembership bootstrap)
{
    private EpochDescriptor _epoch = chain.LastKnown;
    private ClusterMembership _members = MembersOf(chain.LastKnown, bootstrap);

    /// <summary>Who belongs to the epoch that the replica is in, or is about to enter.</summary>
    public ClusterMembership OfCurrent => MembersOf(chain.Current, bootstrap);

    /// <summary>What a core says it is, with those who belong to the last epoch that is known to have begun.</summary>
    public CoreStatus In(in CoreStatus status) => status with { Membership = _members, MembershipIndex = _epoch.Listed is null ? status.MembershipIndex : _epoch.Start.Index.Next };

    /// <summary>Tells whom the replica is connected to, if an epoch has become known that has other members.</summary>
    public void Advance(EffectBuffer effects)
    {
        if (_epoch == chain.LastKnown)
        {
            return;
        }

        _epoch = chain.LastKnown;
        if (MembersOf(_epoch, bootstrap) is var members && members != _members)
        {
            _members = members;
            effects.Raise(new MembershipChanged(members, _epoch.Start.Index.Next));
        }
    }

    private static ClusterMembership MembersOf(EpochDescriptor epoch, ClusterMembership bootstrap) => epoch.Listed?.ToMembership() ?? bootstrap;
}
