namespace Consensus.Hybrid.Selection;

/// <summary>The engines among which <see cref="EngineSelector"/> chooses.</summary>
public enum SelectableEngine
{
    /// <summary>Total order while a majority is up and nobody lies.</summary>
    Raft,

    /// <summary>Total order although up to a third of the members, less one, do as they please; few rounds, many messages.</summary>
    Pbft,

    /// <summary>The same with a number of messages that grows with the members and not with their square.</summary>
    HotStuff,

    /// <summary>State that spreads from member to member and becomes the same everywhere in the end; no total order.</summary>
    Gossip,
}
