namespace Consensus.Hybrid.Threat;

/// <summary>What a group is to do.</summary>
internal enum EscalationVerdict
{
    /// <summary>Go on with the engine that runs.</summary>
    Stay,

    /// <summary>Seal by an entry that the leader commits, and move to the Byzantine engine.</summary>
    EscalateOrderly,

    /// <summary>Seal without the leader, and move to the Byzantine engine.</summary>
    EscalateForced,

    /// <summary>A seal that leads back to Raft may be committed.</summary>
    MayReturn,
}
