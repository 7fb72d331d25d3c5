namespace Consensus.Gossip;

/// <summary>How changes to a value that were made at the same time become one. Values of several kinds may stand under one key, beside each other.</summary>
public enum MergeKind
{
    /// <summary>The last write wins, by its time; of two of one time that of the agent with the higher number.</summary>
    Register,

    /// <summary>All that was added up.</summary>
    Counter,

    /// <summary>Elements; whoever adds one while another removes it wins, for the other has not seen that.</summary>
    Set,

    /// <summary>Values under keys; what is changed in one while another removes it stays.</summary>
    Map,
}
