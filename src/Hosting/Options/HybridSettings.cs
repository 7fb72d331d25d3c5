using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>The settings of the hybrid, whose engines follow each other, as they stand in JSON. Those of its engines stand in their own sections. Most are the same on all members, and say so.</summary>
public sealed class HybridSettings
{
    private static readonly HybridOptions Defaults = new();
    private static readonly EpochRules DefaultRules = new();

    /// <summary>The engine that a new group begins with. Which one runs later is what its operators and <see cref="EscalationTarget"/> say.</summary>
    /// <value><see cref="EpochProtocol.Raft"/>. The same on all members, and as long as the group exists.</value>
    public EpochProtocol Start { get; set; } = EpochProtocol.Raft;

    /// <inheritdoc cref="EpochRules.EscalationTarget"/>
    /// <value><see cref="EpochProtocol.Pbft"/>; or <see cref="EpochProtocol.HotStuff"/>. The same on all members, and as long as the group exists: an operator's order changes what counts, and not what the group began with.</value>
    [AllowedValues(EpochProtocol.Pbft, EpochProtocol.HotStuff)]
    public EpochProtocol EscalationTarget { get; set; } = DefaultRules.EscalationTarget;

    /// <inheritdoc cref="EpochRules.EscalatesForCommands"/>
    /// <value>False. The same on all members, and as long as the group exists: an operator's order changes what counts, and not what the group began with.</value>
    public bool EscalatesForCommands { get; set; } = DefaultRules.EscalatesForCommands;

    /// <inheritdoc cref="EpochRules.ReturnsAlone"/>
    /// <value>False. The same on all members, and as long as the group exists: an operator's order changes what counts, and not what the group began with.</value>
    public bool ReturnsAlone { get; set; } = DefaultRules.ReturnsAlone;

    /// <inheritdoc cref="HybridOptions.CheckpointEntries"/>
    /// <value>1,024; 1 to 1,000,000. The same on all members.</value>
    [Range(1, 1_000_000)]
    public int CheckpointEntries { get; set; } = Defaults.CheckpointEntries;

    /// <inheritdoc cref="HybridOptions.FloorInterval"/>
    /// <value>100 ms; 1 ms to 1 min. The leader's counts.</value>
    [DurationRange("1ms", "1m")]
    public TimeSpan FloorInterval { get; set; } = Defaults.FloorInterval;

    /// <summary>The public keys of those whose word lets another engine follow (<c>consensus seal</c>).</summary>
    /// <value>None; with the algorithm <c>hybrid</c> 1 to 64, each 64 hexadecimal digits, and no member's. The same on all members, and as long as the group exists: an operator's order changes what counts, and not what the group began with.</value>
    public IList<string> OperatorKeys { get; } = [];

    /// <summary>From when on members are suspected.</summary>
    public ThreatSettings Threat { get; } = new();

    /// <summary>When the group may go back to Raft.</summary>
    public EscalationSettings Escalation { get; } = new();

    /// <summary>The rules that are part of each epoch's identity.</summary>
    internal EpochRules ToRules() => new() { EscalationTarget = EscalationTarget, EscalatesForCommands = EscalatesForCommands, ReturnsAlone = ReturnsAlone };

    /// <summary>What a hybrid's group begins with, from valid settings.</summary>
    internal static EpochDescriptor FirstEpoch(ConsensusOptions options) => EpochDescriptor.First(
        options.ClusterId,
        options.Hybrid.Start,
        SignerSet.Create(MemberKeys.Of(options), faultsTolerated: 1),
        options.Hybrid.OperatorKeys.Select(static key => PublicKey.Parse(key)),
        options.Hybrid.ToRules());

    /// <summary>The engine's own options, from all settings.</summary>
    internal static HybridOptions ToOptions(ConsensusOptions options) => new()
    {
        Raft = options.Raft.ToOptions(),
        Pbft = options.Pbft.ToOptions() with { CommandBytesMax = options.Replica.CommandBytesMax },
        HotStuff = options.HotStuff.ToOptions() with { CommandBytesMax = options.Replica.CommandBytesMax },
        CheckpointEntries = options.Hybrid.CheckpointEntries,
        FloorInterval = options.Hybrid.FloorInterval,
        Threat = options.Hybrid.Threat.ToOptions(),
        Escalation = options.Hybrid.Escalation.ToOptions(),
    };
}
