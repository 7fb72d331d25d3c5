using System.Globalization;
using Consensus.Client.Calls;
using Consensus.Client.Nodes;
using Consensus.Cryptography;

namespace Consensus.Client.Replies;

/// <summary>Asks every node what became of a request, until f+1 members have signed the same, or the time is over.</summary>
internal sealed class ReplyCollector(ConsensusClientOptions options, ReplyTrust trust, ApiSender sender, NodeRing ring, TimeProvider time)
{
    /// <summary>Collects.</summary>
    /// <param name="request">The session and the number.</param>
    /// <param name="patience">How long nodes are asked again that have not heard of it yet; zero: each once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<(ReplyContent? Agreed, ReplyProof Proof)> CollectAsync(RequestId request, TimeSpan patience, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(time, patience);
        var round = NewRound(request);
        var call = new ApiCall(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"v1/sessions/{request.Client.Value}/replies/{request.Sequence}"));
        while (true)
        {
            var silent = ring.Nodes.Where(node => !round.Claims.TryGetValue(node.Name, out var claim) || claim.Member == NodeId.None).ToArray();
            await AskAsync(silent, call, round, cancellationToken).ConfigureAwait(false);
            var agreed = round.Tally.Agreed;
            if (agreed is null && await FollowAsync(round, cancellationToken).ConfigureAwait(false))
            {
                // What was signed in the epoch before counts no more: its members may have left. Epochs end seldom, so this does not go on for ever.
                round = NewRound(request);
                continue;
            }

            var remaining = deadline.Remaining;
            if (agreed is not null || remaining == TimeSpan.Zero || silent.Length == 0)
            {
                return (agreed, new ReplyProof(agreed is not null, round.Tally.Needed, round.Tally.Replies, [.. round.Claims.Values]));
            }

            await Task.Delay(remaining < options.BackoffMin ? remaining : options.BackoffMin, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks nodes for their replies.</summary>
    private async ValueTask AskAsync(IEnumerable<NodeEndpoint> nodes, ApiCall call, Round round, CancellationToken cancellationToken) =>
        await AskAsync(
            nodes,
            call,
            (node, attempt) =>
            {
                round.Take(node, attempt);
                return round.Tally.Agreed is not null;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Asks those nodes that sign in a later epoch what began it. When so many are not there that all of them may lie, those who do not will come after them: nobody can make a client ask in vain, and wait.
    /// </summary>
    /// <returns>Whether a later epoch is known now than that of the round.</returns>
    private async ValueTask<bool> FollowAsync(Round round, CancellationToken cancellationToken)
    {
        if (round.Ahead.Count >= round.Tally.Needed)
        {
            await AskAsync(
                round.Ahead,
                new ApiCall(HttpMethod.Get, ConsensusClient.EpochsPath),
                (node, attempt) =>
                {
                    if (attempt.Answer is not { Problem: null } answer)
                    {
                        round.Note(node, $"It signs in a later epoch, and does not say what began it: {attempt.Answer?.Problem?.Detail ?? attempt.Failure}");
                        return false;
                    }

                    if (trust.Epochs.TryExtend(answer.Body, out var defect))
                    {
                        return true;
                    }

                    round.Note(node, defect);
                    return false;
                },
                cancellationToken).ConfigureAwait(false);
        }

        // Perhaps another call has learnt of it meanwhile.
        return trust.Epochs.Newest.Domain.Epoch > round.Epoch.Domain.Epoch;
    }

    /// <summary>Asks nodes at once, and waits for no more of them than are needed.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="call">The question.</param>
    /// <param name="isEnough">Takes each answer as it comes, and says whether the others are not needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async ValueTask AskAsync(IEnumerable<NodeEndpoint> nodes, ApiCall call, Func<NodeEndpoint, Attempt, bool> isEnough, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var open = nodes.Select(node => AskAsync(node, call, enough.Token)).ToList();
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open).ConfigureAwait(false);
            open.Remove(ended);
            if (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Of the rest nobody needs an answer; whether they are ended by the token or not does not matter.
                await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var (node, attempt) = await ended.ConfigureAwait(false);
            if (isEnough(node, attempt))
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<(NodeEndpoint Node, Attempt Attempt)> AskAsync(NodeEndpoint node, ApiCall call, CancellationToken cancellationToken) =>
        (node, await sender.SendAsync(call, node.Address, options.AttemptTimeout, cancellationToken).ConfigureAwait(false));

    private Round NewRound(RequestId request) => new(trust.Epochs.Newest, trust.Signatures, request);

    /// <summary>What the nodes say as long as one epoch is the newest that is known.</summary>
    private sealed class Round(TrustedEpoch epoch, ISignatureVerifier signatures, RequestId request)
    {
        public TrustedEpoch Epoch => epoch;

        public ReplyTally Tally { get; } = new(epoch.Domain, epoch.Members, signatures, request);

        public SortedDictionary<string, ReplyClaim> Claims { get; } = new(StringComparer.Ordinal);

        /// <summary>Those who sign in a later epoch, or say so.</summary>
        public List<NodeEndpoint> Ahead { get; } = [];

        public void Take(NodeEndpoint node, in Attempt attempt)
        {
            Ahead.Remove(node);
            if (attempt.Answer is not { Problem: null } answer)
            {
                Note(node, attempt.Answer?.Problem?.Detail ?? attempt.Failure);
                return;
            }

            if (!SignedReplyDocument.TryParse(answer.Body, out var reply, out var defect) || !Tally.TryAdd(reply, out defect))
            {
                Note(node, defect.Detail);
                if (reply is not null && reply.Domain.Cluster == epoch.Domain.Cluster && reply.Domain.Epoch > epoch.Domain.Epoch)
                {
                    Ahead.Add(node);
                }

                return;
            }

            var content = reply.Content;
            Claims[node.Name] = new ReplyClaim(
                node.Name, reply.Signer, $"node {reply.Signer} has signed that command {content.Command} was {(content.IsApplied ? "applied" : "rejected")} at entry {content.Index} with result {Blake3.Hash(content.Result.Span)}");
        }

        /// <summary>A node has said nothing that counts.</summary>
        public void Note(NodeEndpoint node, string says) => Claims[node.Name] = new ReplyClaim(node.Name, NodeId.None, says);
    }
}
