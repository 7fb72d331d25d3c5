namespace Consensus;

/// <summary>What a <see cref="MembershipStep"/> does.</summary>
public enum MembershipStepKind
{
    /// <summary>Adds a member that becomes a voter when it has caught up.</summary>
    AddVoter,

    /// <summary>Adds a learner.</summary>
    AddLearner,

    /// <summary>Makes a learner a voter.</summary>
    Promote,

    /// <summary>Removes a member.</summary>
    Remove,

    /// <summary>Gives a member another address.</summary>
    Move,
}
