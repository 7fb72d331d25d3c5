namespace Consensus.Hosting;

/// <summary>What a node does that finds its data folder empty.</summary>
public enum InitializeMode
{
    /// <summary>It takes part in creating the group from the configured members; with data, it goes on where it stopped.</summary>
    IfMissing,

    /// <summary>It refuses to start: data was there before and must not be replaced by nothing.</summary>
    Never,

    /// <summary>It waits, without a vote, until the group adds it. The configured members are those that may contact it; with the hybrid those that the group began with, of whom it is none.</summary>
    Join,
}
