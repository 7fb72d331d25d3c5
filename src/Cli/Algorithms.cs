namespace Consensus.Cli;

/// <summary>The engines that the tool can start.</summary>
internal static class Algorithms
{
    /// <summary>Crash faults only; a majority must be up.</summary>
    public const string Raft = "raft";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Raft];
}
