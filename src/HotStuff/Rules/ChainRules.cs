namespace Consensus.HotStuff.Rules;

/// <summary>The variants by their names in the settings.</summary>
internal static class ChainRules
{
    public static IChainRules Of(HotStuffRuleSet rules) => rules == HotStuffRuleSet.TwoChain ? new TwoChainRules() : new ThreeChainRules();
}
