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
        var tally = new ReplyTally(trust.Domain, trust.Members, trust.Signatures, request);
        var claims = new SortedDictionary<string, ReplyClaim>(StringComparer.Ordinal);
        var call = new ApiCall(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"v1/sessions/{request.Client.Value}/replies/{request.Sequence}"));
        while (true)
        {
            var silent = ring.Nodes.Where(node => !claims.TryGetValue(node.Name, out var claim) || claim.Member == NodeId.None).ToArray();
            await AskAsync(silent, call, tally, claims, cancellationToken).ConfigureAwait(false);
            var agreed = tally.Agreed;
            var remaining = deadline.Remaining;
            if (agreed is not null || remaining == TimeSpan.Zero || silent.Length == 0)
            {
                return (agreed, new ReplyProof(agreed is not null, tally.Needed, tally.Replies, [.. claims.Values]));
            }

            await Task.Delay(remaining < options.BackoffMin ? remaining : options.BackoffMin, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks nodes at once, and waits for no more of them than are needed.</summary>
    private async Task AskAsync(NodeEndpoint[] nodes, ApiCall call, ReplyTally tally, SortedDictionary<string, ReplyClaim> claims, CancellationToken cancellationToken)
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
            claims[node.Name] = ClaimOf(node, attempt, tally);
            if (tally.Agreed is not null)
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<(NodeEndpoint Node, Attempt Attempt)> AskAsync(NodeEndpoint node, ApiCall call, CancellationToken cancellationToken) =>
        (node, await sender.SendAsync(call, node.Address, options.AttemptTimeout, cancellationToken).ConfigureAwait(false));

    private static ReplyClaim ClaimOf(NodeEndpoint node, in Attempt attempt, ReplyTally tally)
    {
        if (attempt.Answer is not { Problem: null } answer)
        {
            return new ReplyClaim(node.Name, NodeId.None, attempt.Answer?.Problem?.Detail ?? attempt.Failure);
        }

        if (!SignedReplyDocument.TryParse(answer.Body, out var reply, out var defect) || !tally.TryAdd(reply, out defect))
        {
            return new ReplyClaim(node.Name, NodeId.None, defect.Detail);
        }

        var content = reply.Content;
        return new ReplyClaim(
            node.Name, reply.Signer, $"node {reply.Signer} has signed that command {content.Command} was {(content.IsApplied ? "applied" : "rejected")} at entry {content.Index} with result {Blake3.Hash(content.Result.Span)}");
    }
}
