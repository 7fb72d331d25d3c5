namespace Consensus.Hybrid.Threat;

/// <summary>What a group is to do.</summary>
internal enum EscalationVerdict
{
    /// <summary>Go on with the engine that runs.</summary>
    Stay,

    /// <summary>End the epoch of Raft, and move to the Byzantine engine.</summary>
    Escalate,

    /// <summary>A seal that leads back to Raft may be committed.</summary>
    MayReturn,
}
