using Consensus.Client.Nodes;

namespace Consensus.Client.Calls;

/// <summary>
/// Sends a call until a node answers it, or its time is over. What is safe to send again is sent again, to the next node; what is not, only
/// if the node says, or the failed connection shows, that it had no effect.
/// </summary>
/// <remarks>
/// A write is safe to send again because it has a number in a session that lies in the replicated state: whatever node it reaches, and
/// whoever leads by then, it takes effect once.
/// </remarks>
internal sealed class ApiChannel(ConsensusClientOptions options, ApiSender sender, NodeRing ring, LeaderFinder leader, TimeProvider time)
{
    /// <summary>Sends a call until it is answered.</summary>
    public ValueTask<CallResult> SendAsync(ApiCall call, Deadline deadline, CancellationToken cancellationToken) =>
        SendAsync(call, deadline, failures: null, cancellationToken);

    /// <summary>Sends a call until it is answered.</summary>
    /// <param name="call">The call.</param>
    /// <param name="deadline">Until when.</param>
    /// <param name="failures">Where it is noted, for others to see meanwhile, why it is not answered yet; null if nobody looks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<CallResult> SendAsync(ApiCall call, Deadline deadline, FailureLog? failures, CancellationToken cancellationToken)
    {
        var mayHaveTakenEffect = false;
        for (var attempts = 1; ; attempts++)
        {
            var (node, wait) = ring.Next(call.OpensSession);
            if (wait > TimeSpan.Zero)
            {
                // The first attempt is made even if all nodes rest: other calls' failures are no answer to this one.
                if (wait >= deadline.Remaining && attempts > 1)
                {
                    return GaveUp(call, mayHaveTakenEffect, failures);
                }

                if (wait < deadline.Remaining)
                {
                    await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
                }
            }

            if (attempts > 1)
            {
                options.Retrying?.Invoke(new RetryNotice(failures!.ToString(), attempts - 1, deadline.Elapsed, deadline.Remaining));
            }

            var limit = LimitOf(call, deadline);
            var attempt = await sender.SendAsync(call, node.Address, limit, cancellationToken).ConfigureAwait(false);
            if (attempt.Answer is { Problem: not { IsTransient: true } } answer)
            {
                ring.Succeeded(node);
                leader.Used(node);
                var result = mayHaveTakenEffect && answer.Problem is { IsDecided: false } problem
                    ? CallResult.Unknown(problem, problem.Detail)
                    : CallResult.Answered(answer);
                return result with { From = node };
            }

            ring.Failed(node, attempt.Answer?.RetryAfter ?? TimeSpan.Zero);
            leader.Doubted();
            mayHaveTakenEffect |= !call.IsRead && (attempt.Answer?.Problem?.MayHaveTakenEffect ?? attempt.WasSent);
            (failures ??= new FailureLog()).Add(node.Name, attempt, wasCutShort: limit < options.AttemptTimeout);
            var mayRepeat = (call.Repetition == Repetition.Safe || !mayHaveTakenEffect) && !attempt.IsFinal;
            if (!mayRepeat || deadline.Remaining == TimeSpan.Zero)
            {
                return GaveUp(call, mayHaveTakenEffect, failures);
            }
        }
    }

    /// <summary>A node has opened a session that turned out to be of no use: another one opens the next.</summary>
    public void Avoid(NodeEndpoint node) => ring.OpenedInVain(node);

    /// <summary>A node has answered, and is not the one to ask: another one is asked next.</summary>
    public void TurnFrom(NodeEndpoint node) => ring.Failed(node, TimeSpan.Zero);

    /// <summary>What must not be sent twice is waited for as long as there is time.</summary>
    private TimeSpan LimitOf(ApiCall call, Deadline deadline)
    {
        var remaining = deadline.Remaining;
        return call.Repetition == Repetition.Safe && remaining > options.AttemptTimeout ? options.AttemptTimeout : remaining;
    }

    private static CallResult GaveUp(ApiCall call, bool mayHaveTakenEffect, FailureLog? failures) => mayHaveTakenEffect && !call.IsRead
        ? CallResult.Unknown(failures?.LastProblem, failures?.ToString() ?? "")
        : CallResult.Unanswered(failures?.LastProblem, failures?.ToString() ?? "");
}
