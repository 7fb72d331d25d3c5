using Consensus.Client.Calls;
using Consensus.Client.Nodes;

namespace Consensus.Client.Replies;

/// <summary>
/// Sends a numbered write, and believes its outcome when f+1 members have signed it. What the node says that took the write is not believed, whatever it is: it may have kept the write to itself, or
/// changed it.
/// </summary>
internal sealed class ConfirmedSender(ConsensusClientOptions options, ApiChannel channel, ReplyCollector replies, NodeRing ring)
{
    /// <summary>What becomes of a write whose command the client cannot recognise in a reply.</summary>
    public static CallResult NotOffered { get; } = CallResult.Unanswered(
        new ApiProblem("not-supported", "Signed replies are checked for commands of the key-value machine only; a client without Trust believes the node that answers.", MayHaveTakenEffect: false) { Status = 501 },
        "Signed replies are checked for commands of the key-value machine only; a client without Trust believes the node that answers.");

    /// <summary>Sends until the outcome is proven, or the time is over.</summary>
    public async ValueTask<CallResult> SendAsync(ApiCall call, Deadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await channel.SendAsync(call, deadline, cancellationToken).ConfigureAwait(false);
            if (result is { Answer: null, IsUnknown: false, Problem: null })
            {
                // No node was reached.
                return result;
            }

            // A refusal that stays is one node's word; whether the others know better, they are asked once.
            var isRefused = result.Answer is { Problem: { IsDecided: false, MayHaveTakenEffect: false } };
            var remaining = deadline.Remaining;
            var patience = isRefused ? TimeSpan.Zero : remaining < options.AttemptTimeout ? remaining : options.AttemptTimeout;
            var (agreed, proof) = await replies.CollectAsync(call.Request.Id, patience, cancellationToken).ConfigureAwait(false);
            if (agreed is not null)
            {
                return call.Commands!().Contains(agreed.Command)
                    ? CallResult.Confirmed(agreed, proof)
                    : CallResult.Unanswered(AnotherCommand, $"{AnotherCommand.Detail} {proof}") with { Proof = proof };
            }

            if (isRefused || deadline.Remaining == TimeSpan.Zero)
            {
                return CallResult.Unknown(result.Problem, $"Nothing is proven. {result.Detail} {proof}") with { Proof = proof };
            }

            if (result.Answer?.From is { } node)
            {
                ring.Failed(node, TimeSpan.Zero);
            }
        }
    }

    private static ApiProblem AnotherCommand { get; } = new(
        "request-forgotten", "Another command was committed with this number of the session, so this one has had, and will have, no effect.", MayHaveTakenEffect: false)
    {
        Status = 409,
        IsTakenByAnother = true,
    };
}
