namespace Consensus;

/// <summary>Why a replica has ended an epoch, in short: <see cref="EpochEnded.Reason"/> has it in words.</summary>
public enum EpochEndCause
{
    /// <summary>So many others have ended it that it is over; why they have is not known here.</summary>
    Unknown,

    /// <summary>An operator has ordered it.</summary>
    Order,

    /// <summary>A member has ordered it, as the group's rules allow: for a command that must survive members that lie, or because it has been quiet for long.</summary>
    Rules,

    /// <summary>So many members report that one of them lies that one of those does not lie itself.</summary>
    Reports,

    /// <summary>A member is proven to lie.</summary>
    Evidence,
}
