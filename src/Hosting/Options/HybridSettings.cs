using System.ComponentModel.DataAnnotations;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>The settings of the hybrid, whose engines follow each other, as they stand in JSON. Those of its engines stand in their own sections. All of them are the same on all members.</summary>
public sealed class HybridSettings
{
    /// <summary>The engine that a new group begins with. Which one runs later is what its operators say.</summary>
    /// <value><see cref="EpochProtocol.Raft"/>. The same on all members, and as long as the group exists.</value>
    public EpochProtocol Start { get; set; } = EpochProtocol.Raft;

    /// <inheritdoc cref="HybridOptions.CheckpointEntries"/>
    /// <value>1,024; 1 to 1,000,000. The same on all members.</value>
    [Range(1, 1_000_000)]
    public int CheckpointEntries { get; set; } = new HybridOptions().CheckpointEntries;

    /// <summary>The public keys of those whose word lets another engine follow (<c>consensus seal</c>).</summary>
    /// <value>None; with the algorithm <c>hybrid</c> 1 to 64, each 64 hexadecimal digits, and no member's. The same on all members, and as long as the group exists.</value>
    public IList<string> OperatorKeys { get; } = [];

    /// <summary>The engine's own options, from all settings.</summary>
    internal static HybridOptions ToOptions(ConsensusOptions options) => new()
    {
        Raft = options.Raft.ToOptions(),
        Pbft = options.Pbft.ToOptions() with { CommandBytesMax = options.Replica.CommandBytesMax },
        HotStuff = options.HotStuff.ToOptions() with { CommandBytesMax = options.Replica.CommandBytesMax },
        CheckpointEntries = options.Hybrid.CheckpointEntries,
    };
}
