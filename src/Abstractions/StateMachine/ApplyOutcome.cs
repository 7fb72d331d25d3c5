namespace Consensus;

/// <summary>What a state machine did with a command.</summary>
public enum ApplyOutcome
{
    /// <summary>The command took effect.</summary>
    Applied,

    /// <summary>The command was rejected and had no effect; its result says why.</summary>
    Rejected,
}
