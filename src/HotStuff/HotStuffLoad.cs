using Consensus.Byzantine;

namespace Consensus.HotStuff;

/// <summary>What a core keeps at one moment, as far as it has a bound.</summary>
internal readonly record struct HotStuffLoad
{
    /// <summary>What is not HotStuff's own.</summary>
    public OrderingLoad Ordering { get; init; }

    /// <summary>Nodes beside the log. At most <see cref="HotStuffSlots.KeptMax"/>.</summary>
    public int KeptNodes { get; init; }

    /// <summary>Nodes of the log's branch. At most those of two windows, and the one that they follow.</summary>
    public int BranchNodes { get; init; }

    /// <summary>Views in which there are votes. At most those that <see cref="Agreement.VoteCounting.ViewsMax"/> says.</summary>
    public int VotedViews { get; init; }

    /// <summary>Proposals that others are compared with. At most <see cref="Agreement.Voting.ProposalsSeen"/>.</summary>
    public int SeenProposals { get; init; }

    /// <summary>Time-outs. At most one of each member.</summary>
    public int Timeouts { get; init; }
}
