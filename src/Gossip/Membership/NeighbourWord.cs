namespace Consensus.Gossip.Membership;

/// <summary>What two nodes with partial views say about being neighbours.</summary>
internal enum NeighbourWord
{
    /// <summary>"Be my neighbour, if you have a place."</summary>
    Ask = 0,

    /// <summary>"Be my neighbour: I have none."</summary>
    AskUrgently = 1,

    /// <summary>"You are mine."</summary>
    Accept = 2,

    /// <summary>"I have no place."</summary>
    Refuse = 3,

    /// <summary>"I live, and you are my neighbour."</summary>
    Live = 4,

    /// <summary>"You are not my neighbour any more."</summary>
    End = 5,
}
