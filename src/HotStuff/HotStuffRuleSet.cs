namespace Consensus.HotStuff;

/// <summary>When a replica votes and what is committed.</summary>
public enum HotStuffRuleSet
{
    /// <summary>Chained HotStuff as published (PODC '19): a block is committed when three consecutive ones are certified.</summary>
    ThreeChain,

    /// <summary>One round less (Jolteon, HotStuff-2): a block is committed when two consecutive ones are certified.</summary>
    TwoChain,
}
