using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>
/// What a replica has voted for it can show, with all before it, until something of that height is committed there or another branch is: whatever is certified is so at f + 1 correct members at least, and what is
/// committed nobody loses. Source: PODC '19, section 4.4; pitfall H13.
/// </summary>
/// <remarks>
/// The naive form, that a block which anybody counts as committed never leaves a log, holds for views that begin with a proof of all that may be committed (<see cref="CommittedImmutable"/>),
/// and not here: a replica that lacks the certificates follows, and may vote for, whatever has a higher view; those who helped to commit do not, and are enough. What it has voted for before
/// stays beside its log.
/// </remarks>
/// <param name="members">The members.</param>
/// <param name="sightOf">What the core of a node knows of the chain.</param>
internal sealed class VotedNodesStay(SignerSet members, Func<SimulatedNode, ChainSight?> sightOf) : Checker
{
    private readonly NodeCodec _codec = new(members);
    private readonly Dictionary<NodeId, List<Vote>> _votes = [];

    /// <inheritdoc/>
    public override string Name => "voted nodes stay";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        // A vote that was not on disk was not sent either.
        var voted = recovered.Slots.TryGetValue(HotStuffSlots.Promises, out var value) ? HotStuffSlots.ReadPromises(value, _codec).Voted : ViewNumber.Zero;
        VotesOf(node).RemoveAll(vote => vote.Node.View > voted);
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (sightOf(node) is not { } sight)
        {
            return;
        }

        // Also by blocks that were proven otherwise, and although after a crash it may not know how far it had come.
        var votes = VotesOf(node);
        votes.RemoveAll(vote => vote.Node.Height <= sight.Height);
        if (sight.Anchor is not { } anchor)
        {
            return;
        }

        votes.RemoveAll(vote => vote.Branch.TryGetValue(anchor.Height, out var hash) && hash != anchor.Hash);
        foreach (var vote in votes)
        {
            if (sight.Find(vote.Node.Hash) is null)
            {
                Report($"node {node.Id} has voted for the node {vote.Node}, and does not have it any more with all before it; it has committed up to height {anchor.Height}");
                return;
            }
        }

        if (sight.Voted is { } voted && voted.Height > anchor.Height && !votes.Exists(vote => vote.Node.Hash == voted.Hash))
        {
            votes.Add(new Vote(voted, BranchOf(sight, voted, anchor.Height)));
        }
    }

    private static Dictionary<SequenceNumber, Digest> BranchOf(in ChainSight sight, Node voted, SequenceNumber committed)
    {
        var branch = new Dictionary<SequenceNumber, Digest>();
        for (var at = voted; at is not null && at.Height > committed; at = sight.ParentOf(at))
        {
            branch[at.Height] = at.Hash;
        }

        return branch;
    }

    private List<Vote> VotesOf(SimulatedNode node)
    {
        if (!_votes.TryGetValue(node.Id, out var votes))
        {
            _votes[node.Id] = votes = [];
        }

        return votes;
    }

    /// <summary>What was voted for, and the hashes of all before it that were not committed then.</summary>
    private sealed record Vote(Node Node, Dictionary<SequenceNumber, Digest> Branch);
}
