namespace Consensus.Simulation.Clients;

/// <summary>What a client knows of a call when it has ended.</summary>
internal enum CallOutcome
{
    /// <summary>It took effect, or was answered.</summary>
    Applied,

    /// <summary>The state machine rejected it.</summary>
    Rejected,

    /// <summary>It has had no effect, and will have none.</summary>
    Refused,

    /// <summary>It may or may not have taken effect, or may still.</summary>
    Unknown,
}
