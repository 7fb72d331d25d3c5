using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>What an engine's settings demand of the parts around it: how long its messages get, and what it may have under way.</summary>
/// <param name="MessageBytes">The longest payload of a message.</param>
/// <param name="MessageSettings">The settings that this follows from, for people.</param>
/// <param name="UnderWayBytes">What may have been given to the log and not be on the disk.</param>
/// <param name="UnderWaySettings">The settings that this follows from, with their values, for people.</param>
internal sealed record EngineDemands(long MessageBytes, string MessageSettings, long UnderWayBytes, string UnderWaySettings)
{
    /// <summary>What engines demand that follow each other: of each the most that one of them does.</summary>
    public static EngineDemands OfAll(IReadOnlyList<EngineDemands> engines)
    {
        var (message, underWay) = (engines.MaxBy(engine => engine.MessageBytes)!, engines.MaxBy(engine => engine.UnderWayBytes)!);
        return message with { UnderWayBytes = underWay.UnderWayBytes, UnderWaySettings = underWay.UnderWaySettings };
    }

    /// <summary>
    /// What the messages of a hybrid's engines may become at an operator's word (<see cref="EpochSettings"/>), for which no member's configuration is asked: each member must be able to send and receive them. Of the log's
    /// reserve for a full disk nothing more is demanded than its own settings do: most groups never order so much.
    /// </summary>
    public static EngineDemands OfOrders { get; } = new(
        EpochSettings.BytesMax,
        $"what an operator may order for BlockBytesMax, BatchBytesMax and CatchUpBytes of a hybrid's engines ({EpochSettings.BytesMax})",
        UnderWayBytes: 0,
        UnderWaySettings: "");

    /// <summary>What Raft demands.</summary>
    public static EngineDemands OfRaft(ConsensusOptions options)
    {
        var (raft, command) = (options.Raft, options.Replica.CommandBytesMax);

        // One entry is always sent, however long; so the longest command must fit as well as the longest batch.
        var append = Math.Max(raft.AppendBytesMax, command);

        // A leader takes commands until the uncommitted ones, or those that are not on its disk, have reached their bound, so one may pass it. A follower
        // acknowledges what it has flushed, so what waits there is what its leader has in flight: messages up to their bound in number or bytes, of which
        // the last may pass it.
        var leader = raft.UncommittedBytesMax + command;
        var follower = Math.Min(raft.InflightBytesMax, (long)raft.InflightMessagesMax * append) + append;
        return new EngineDemands(
            Math.Max(append, raft.SnapshotChunkBytes),
            "Replica:CommandBytesMax, Raft:AppendBytesMax and Raft:SnapshotChunkBytes",
            leader + follower,
            $"Raft:UncommittedBytesMax ({raft.UncommittedBytesMax}), Raft:InflightBytesMax ({raft.InflightBytesMax}) and Replica:CommandBytesMax ({command})");
    }

    /// <summary>What an engine for Byzantine faults demands.</summary>
    /// <param name="options">All settings.</param>
    /// <param name="section">What the engine's section is called.</param>
    /// <param name="settings">The engine's settings.</param>
    /// <param name="pipelineBlocks">How many blocks its leader proposes before the first of them is committed.</param>
    public static EngineDemands OfByzantine(ConsensusOptions options, string section, ByzantineSettings settings, int pipelineBlocks)
    {
        // One batch always fits a block, and one command a batch.
        var command = options.Replica.CommandBytesMax;
        var block = Math.Max(settings.BlockBytesMax, Math.Max(settings.BatchBytesMax, command));

        // The blocks of the pipeline, and those that a catching-up message brings, of which one may be a whole block.
        return new EngineDemands(
            Math.Max(block, settings.CatchUpBytes),
            $"Replica:CommandBytesMax, {section}:BlockBytesMax, {section}:BatchBytesMax and {section}:CatchUpBytes",
            ((pipelineBlocks + 1L) * block) + settings.CatchUpBytes,
            $"the number of blocks under way ({pipelineBlocks}), {section}:BlockBytesMax ({settings.BlockBytesMax}), {section}:BatchBytesMax ({settings.BatchBytesMax}), {section}:CatchUpBytes ({settings.CatchUpBytes}) and Replica:CommandBytesMax ({command})");
    }
}
