using Consensus.Byzantine;
using Consensus.HotStuff.Rules;

namespace Consensus.HotStuff;

/// <summary>The settings of the HotStuff engine. All replicas of a group must agree on those of this type.</summary>
public sealed record HotStuffOptions : ByzantineOptions
{
    private const int ReachWindows = 4;

    // A term that commits nothing adds three nodes at most: with the defaults it takes 256 such terms in a row, of up to ViewTimeoutMax each, to fill four windows, and 32 however small the window is. More cost more on disk, where the nodes
    // of all heights that may be under way have their slots.
    private const int EmptyBlocksMin = 96;

    // A batch is under way for three views and the one that is being voted on: with fewer, some views would have nothing to carry.
    private const int OwnBatchesDefault = 4;

    /// <summary>Makes them with their defaults.</summary>
    public HotStuffOptions() => OwnBatchesMax = OwnBatchesDefault;

    /// <summary>When a replica votes and what is committed.</summary>
    /// <value><see cref="HotStuffRuleSet.ThreeChain"/>.</value>
    public HotStuffRuleSet Rules { get; init; } = HotStuffRuleSet.ThreeChain;

    /// <summary>How many views a leader has before the next one's turn. With each turn callers' commands that are under way are sent again.</summary>
    /// <value>1,024; 4 to 1,048,576.</value>
    public int TermViews { get; init; } = 1024;

    /// <summary>For how many of its turns a leader is passed over that has failed; never more than f leaders are.</summary>
    /// <value>8; 0 to 1,024.</value>
    public int PenaltyRotations { get; init; } = 8;

    /// <summary>The window and 96 blocks more, or four windows, if that is more; beyond the first there are only nodes without batches.</summary>
    internal override int ReachBlocks => Math.Max(ReachWindows * WindowBlocks, WindowBlocks + EmptyBlocksMin);

    /// <summary>Of how many heights nodes are remembered: a window before the stable checkpoint, for those that lag, and what may come after it.</summary>
    internal int RememberedBlocks => WindowBlocks + ReachBlocks;

    /// <summary>The fewest <see cref="ByzantineOptions.WindowBlocks"/> with which a group that runs these rules makes progress: as many as it takes nodes to commit one.</summary>
    /// <remarks>
    /// With three-chain rules the highest certificate is two heights above what its branch commits, and so at least two above the stable checkpoint; the next node is three above it at the least. With a window of two it is never within it. Then
    /// the group, in good order and without faults, goes on for ever with empty nodes, each of which commits one and moves the window by one, and there is room for a command at no time.
    /// With one block more: the leader stops at the certificate that commits the first checkpoint, and what follows that certificate is within the window as soon as that checkpoint is stable.
    /// </remarks>
    /// <param name="rules">When a replica votes and what is committed.</param>
    /// <returns>3 for <see cref="HotStuffRuleSet.ThreeChain"/>, 2 for <see cref="HotStuffRuleSet.TwoChain"/>.</returns>
    public static int WindowBlocksMin(HotStuffRuleSet rules) => ChainRules.Of(rules).CommitNodes;

    private protected override void ValidateOwn(Problems problems)
    {
        problems.Check(Enum.IsDefined(Rules), nameof(Rules), Rules, string.Join(", ", Enum.GetNames<HotStuffRuleSet>()));
        var windowMin = WindowBlocksMin(Rules);
        problems.Check(
            WindowBlocks >= windowMin,
            nameof(WindowBlocks),
            WindowBlocks,
            $"at least {windowMin} with {nameof(Rules)} {Rules}, which commit a block when {windowMin} in a row are certified: a smaller window never has room for a command");
        problems.Check(TermViews is >= 4 and <= 1_048_576, nameof(TermViews), TermViews, "4 to 1,048,576");
        problems.Check(PenaltyRotations is >= 0 and <= 1024, nameof(PenaltyRotations), PenaltyRotations, "0 to 1,024");
    }
}
