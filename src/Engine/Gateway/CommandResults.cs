namespace Consensus.Engine;

/// <summary>Brings what the log says of a command to the callers who wait for it here. Used on the applier's thread only.</summary>
/// <param name="session">The replica's own session.</param>
/// <param name="window">What is under way in it.</param>
/// <param name="callers">What is under way in sessions of callers.</param>
/// <param name="sessionOpened">Tells the loop that the own session is open.</param>
/// <param name="hadNoEffect">Tells the loop that a command was committed to no effect.</param>
/// <param name="awaitsCertificate">Tells the loop that a command was committed whose caller waits for more than that.</param>
internal sealed class CommandResults(
    OwnSession session,
    SessionWindow window,
    CallerCommands callers,
    Action<ClientId> sessionOpened,
    Action<PendingCommand, RefusalReason> hadNoEffect,
    Action<PendingCommand, ProposeResult> awaitsCertificate)
{
    /// <summary>Completes the command if a local caller waits for it.</summary>
    /// <param name="payload">The entry's bytes.</param>
    /// <param name="applied">What became of it.</param>
    public void OnCommandApplied(ReadOnlySpan<byte> payload, in AppliedCommand applied)
    {
        if (applied.Outcome == CommandOutcome.NoCommand)
        {
            // Nobody waits for it under its number.
            return;
        }

        if (applied.Outcome is CommandOutcome.SessionOpened or CommandOutcome.NotSignedByClient)
        {
            OnUnnumbered(payload, applied);
        }
        else if (window.Take(applied.Request) is { } own)
        {
            if (applied.Outcome == CommandOutcome.SessionExpired)
            {
                hadNoEffect(own, RefusalReason.SessionExpired);
            }
            else
            {
                Finish(own, applied);
            }
        }
        else
        {
            var waiting = callers.TakeAll(applied.Request);
            foreach (var command in waiting)
            {
                if (applied.Outcome != CommandOutcome.RequestBeyondWindow)
                {
                    Finish(command, applied);
                }
                else if (waiting.Count == 1)
                {
                    hadNoEffect(command, RefusalReason.RequestBeyondWindow);
                }
                else
                {
                    // Each has proposed it, and this is one of their attempts.
                    command.Finish(ProposeResult.Unknown(RefusalReason.RequestBeyondWindow));
                }
            }
        }
    }

    /// <summary>
    /// An entry that settles nothing but itself. A Byzantine replica may put any bytes of its own under the number of a request that it has seen: a command that nobody has signed, or an opening with another key
    /// than the caller's. The caller's own is yet to come. (What is neither ends commands only, see <see cref="CallerCommands.TakeAll(RequestId)"/>: an opening is ended by itself, whatever a command comes to under its number.)
    /// </summary>
    private void OnUnnumbered(ReadOnlySpan<byte> payload, in AppliedCommand applied)
    {
        if (applied.Outcome == CommandOutcome.SessionOpened && session.IsAnswer(applied.Request))
        {
            if (payload[0] == (byte)CommandKind.OpenSession)
            {
                sessionOpened(new ClientId(applied.Index.Value));
            }

            return;
        }

        foreach (var command in callers.TakeAll(applied.Request, payload))
        {
            Finish(command, applied);
        }
    }

    private void Finish(PendingCommand command, in AppliedCommand applied)
    {
        var result = ResultOf(applied);
        if (command.WaitFor == CommitLevel.Certified && (result.Status is ProposeStatus.Applied or ProposeStatus.Rejected))
        {
            awaitsCertificate(command, result);
        }
        else
        {
            command.Finish(result);
        }
    }

    /// <remarks>
    /// A session or result that is gone says nothing about an earlier proposal of the same command, here or through another replica.
    /// A number beyond the session's window was never inside it, for the window only moves on. What the gateway numbers itself never is
    /// beyond: each command acknowledges all below the window's lowest. A session has the key that it was opened with, or none, as long as there is one: what was not signed for it never will have been.
    /// </remarks>
    private static ProposeResult ResultOf(in AppliedCommand applied) => applied.Outcome switch
    {
        CommandOutcome.SessionOpened => new ProposeResult(ProposeStatus.Applied, applied.Index, default, RefusalReason.None),
        CommandOutcome.Applied => new ProposeResult(ProposeStatus.Applied, applied.Index, applied.Result.ToArray(), RefusalReason.None),
        CommandOutcome.Rejected => new ProposeResult(ProposeStatus.Rejected, applied.Index, applied.Result.ToArray(), RefusalReason.None),
        CommandOutcome.SessionExpired => ProposeResult.Unknown(RefusalReason.SessionExpired),
        CommandOutcome.RequestForgotten => ProposeResult.Unknown(RefusalReason.RequestForgotten),
        CommandOutcome.NotSignedByClient => ProposeResult.Refused(RefusalReason.NotSignedByClient),
        CommandOutcome.RequestBeyondWindow or CommandOutcome.Malformed or CommandOutcome.NoCommand => throw new ConsensusException(
            ConsensusFailure.InvariantViolated, $"The command at entry {applied.Index} is {applied.Outcome}, which none is that this replica proposes."),
    };
}
