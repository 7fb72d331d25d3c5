namespace Consensus.Hybrid.Threat;

/// <summary>Why the policy decides as it does. Several may hold a group where it is.</summary>
internal enum EscalationReason
{
    /// <summary>Raft runs, and the level is below high.</summary>
    LevelIsLowEnough,

    /// <summary>The level is high.</summary>
    LevelIsHigh,

    /// <summary>The level is critical.</summary>
    LevelIsCritical,

    /// <summary>A return is held up: the level is high or critical.</summary>
    LevelForbidsReturn,

    /// <summary>A return is held up: the engine has not run for long enough.</summary>
    MinimumStay,

    /// <summary>A return is held up: it has not been quiet for long enough.</summary>
    NotQuiet,

    /// <summary>A return is held up: there were too many switches lately.</summary>
    TooManySwitches,

    /// <summary>A return is held up: an operator has to approve of it.</summary>
    ApprovalMissing,

    /// <summary>Nothing holds up the return.</summary>
    Quiet,
}
