using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A membership change that a follower's caller asks for, on its way to the leader.</summary>
internal interface IForwardedChange
{
    /// <summary>By which the follower knows it.</summary>
    Ticket Ticket { get; }

    /// <summary>The change.</summary>
    MembershipChange Change { get; }

    /// <summary>The follower's wall clock.</summary>
    Timestamp Time { get; }
}
