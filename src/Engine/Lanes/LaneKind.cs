namespace Consensus.Engine;

/// <summary>What a lane of a replica does.</summary>
public enum LaneKind
{
    /// <summary>Steps the protocol, and talks to callers and peers.</summary>
    Protocol,

    /// <summary>Writes and flushes the log.</summary>
    Log,

    /// <summary>Applies entries to the state machine, and answers queries.</summary>
    State,

    /// <summary>Reads and writes snapshots.</summary>
    Files,
}
