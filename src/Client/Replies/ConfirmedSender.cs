using Consensus.Client.Calls;
using Consensus.Client.Nodes;

namespace Consensus.Client.Replies;

/// <summary>
/// Sends a numbered write, and believes its outcome when f+1 members have signed it. What the node says that took the write is not believed, whatever it is: it may have kept the write to itself, or
/// changed it.
/// </summary>
internal sealed class ConfirmedSender(ConsensusClientOptions options, ApiChannel channel, ReplyCollector replies, NodeRing ring, ReplyTrust trust)
{
    /// <summary>What becomes of a write whose command the client cannot recognise in a reply.</summary>
    public static CallResult NotOffered { get; } = CallResult.Unanswered(
        new ApiProblem("not-supported", "Signed replies are checked for commands of the key-value machine only; a client without Trust believes the node that answers.", MayHaveTakenEffect: false) { Status = 501 },
        "Signed replies are checked for commands of the key-value machine only; a client without Trust believes the node that answers.");

    /// <summary>Sends until the outcome is proven, as many nodes refuse it as are needed, or the time is over.</summary>
    public async ValueTask<CallResult> SendAsync(ApiCall call, Deadline deadline, CancellationToken cancellationToken)
    {
        var refusals = NewTally();
        var mayBeTaken = false;
        (CallResult Result, ReplyProof Proof)? before = null;
        while (true)
        {
            var result = await channel.SendAsync(call, deadline, cancellationToken).ConfigureAwait(false);
            if (result is { Answer: null, IsUnknown: false, Problem: null })
            {
                // No node was reached this time. One that was reached before may have taken the write, whatever it said.
                return before is var (last, said) ? Unproven(last.Problem, said, last.Detail, result.Detail) : result;
            }

            // A refusal that stays is one node's word; whether the others know better, they are asked once. Of a number that is forgotten nobody knows whether it was taken, nor whether it may be yet.
            var refusal = RefusalIn(result);
            mayBeTaken |= refusal is null or { IsSessionGone: true };
            var remaining = deadline.Remaining;
            var patience = refusal is not null ? TimeSpan.Zero : remaining < options.AttemptTimeout ? remaining : options.AttemptTimeout;
            var (agreed, proof) = await replies.CollectAsync(call.Request.Id, patience, cancellationToken).ConfigureAwait(false);
            if (agreed is not null)
            {
                return IsItsOwn(call, agreed.Command)
                    ? CallResult.Confirmed(agreed, proof)
                    : CallResult.Unanswered(AnotherCommand, $"{AnotherCommand.Detail} {proof}") with { Proof = proof };
            }

            var isRefused = refusal is not null && refusals.Add(result.From!, refusal);
            if (isRefused && !mayBeTaken)
            {
                return result with { Proof = proof };
            }

            // To send it on is of no use once one honest node refuses it. What became of it at a node that has not refused it, that one does not know.
            if (isRefused || deadline.Remaining == TimeSpan.Zero)
            {
                return Unproven(result.Problem, proof, result.Detail);
            }

            if (refusal is null && result.From is { } node)
            {
                // Its answer has ended its earlier failures, so the rest is that of a node that fails often.
                ring.Failed(node, options.BackoffMax);
            }

            before = (result, proof);
        }
    }

    /// <summary>Opens a session until a node does, as many nodes refuse as are needed, or the time is over.</summary>
    public async ValueTask<CallResult> OpenAsync(ApiCall call, Deadline deadline, FailureLog? failures, CancellationToken cancellationToken)
    {
        var refusals = NewTally();
        while (true)
        {
            var result = await channel.SendAsync(call, deadline, failures, cancellationToken).ConfigureAwait(false);
            if (result is not { From: { } node, Problem: { } problem } || refusals.Add(node, problem) || deadline.Remaining == TimeSpan.Zero)
            {
                return result;
            }
        }
    }

    /// <summary>Why a node will not take the write, however often it is asked.</summary>
    private static ApiProblem? RefusalIn(in CallResult result) => result switch
    {
        { From: not null, Problem: { IsSessionGone: true } gone } => gone,
        { Answer.Problem: { IsDecided: false, MayHaveTakenEffect: false } problem } => problem,
        _ => null,
    };

    /// <summary>
    /// Whether a command is the one that the call sends. With a key it is sent, and signed, in one form; the other one, too, would be somebody else's, in a session that is not the client's.
    /// </summary>
    private static bool IsItsOwn(ApiCall call, Digest command)
    {
        var forms = call.Commands!();
        return call.Signature.IsNone ? forms.Contains(command) : forms[0] == command;
    }

    private RefusalTally NewTally() => new(ring, trust.Epochs.Newest.Members.WeakQuorum, options.BackoffMax);

    private static CallResult Unproven(ApiProblem? last, ReplyProof proof, params ReadOnlySpan<string> details)
    {
        var known = string.Join(" ", [.. details, proof.ToString()]);
        return CallResult.Unknown(last, $"Nothing is proven. {known.Trim()}") with { Proof = proof };
    }

    private static ApiProblem AnotherCommand { get; } = new(
        "request-forgotten", "Another command was committed with this number of the session, so this one has had, and will have, no effect.", MayHaveTakenEffect: false)
    {
        Status = 409,
        IsTakenByAnother = true,
    };
}
