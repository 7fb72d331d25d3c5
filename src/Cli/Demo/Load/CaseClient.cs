using Consensus.Cli.Demo.Audit;

namespace Consensus.Cli.Demo.Load;

/// <summary>
/// One client: creates case after case, moves each through its graph and stamps it, one operation at a time. An operation whose outcome is not known is
/// sent again under the same number, through the next node, until somebody knows: that must never make it happen twice.
/// </summary>
/// <param name="ledger">Takes what the client was told.</param>
/// <param name="desks">Finds the desk of a node; <see langword="null"/> while that node is down.</param>
/// <param name="nodes">How many nodes there are.</param>
/// <param name="time">The clock.</param>
internal sealed class CaseClient(ClientLedger ledger, Func<int, ICaseDesk?> desks, int nodes, TimeProvider time)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    private int _node = ledger.Client % nodes;
    private ClientId _session;
    private int _openedBy;
    private ulong _sequence;

    /// <summary>Raised after each acknowledged operation with the time that it took, retries included.</summary>
    public Action<TimeSpan>? Acknowledged { get; init; }

    /// <summary>Raised when the state machine rejects an operation, which it has no reason to.</summary>
    public Action<string>? Rejected { get; init; }

    /// <summary>How many attempts had to be repeated.</summary>
    public int Retries { get; private set; }

    /// <summary>Works until it is told to stop.</summary>
    /// <param name="interval">The time from the start of one operation to the start of the next, if it can be kept.</param>
    /// <param name="stop">Begins no further operation. The one under way is still seen to its end.</param>
    /// <param name="abandon">Gives up on the operation under way: its outcome stays unknown.</param>
    public async Task RunAsync(TimeSpan interval, CancellationToken stop, CancellationToken abandon)
    {
        try
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                var caseId = $"case-{ledger.Client}-{number}";
                for (var step = 0; step <= CaseBlueprint.Steps && !stop.IsCancellationRequested; step++)
                {
                    var start = time.GetTimestamp();
                    if (await SubmitAsync(caseId, step, start, abandon).ConfigureAwait(false) != OperationOutcome.Acknowledged)
                    {
                        // Its later moves would make no sense.
                        break;
                    }

                    var pause = interval - time.GetElapsedTime(start);
                    if (pause > TimeSpan.Zero)
                    {
                        await Task.Delay(pause, time, stop).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || abandon.IsCancellationRequested)
        {
            // It was told to stop, or to give up: then the ledger says that the outcome of the last operation is unknown.
        }
    }

    private async Task<OperationOutcome> SubmitAsync(string caseId, int step, long start, CancellationToken abandon)
    {
        await EnsureSessionAsync(abandon).ConfigureAwait(false);
        var operation = ledger.Begin();
        var outcome = await AttemptAsync(caseId, step, operation, abandon).ConfigureAwait(false);
        ledger.End(operation, outcome);
        if (outcome == OperationOutcome.Acknowledged)
        {
            Acknowledged?.Invoke(time.GetElapsedTime(start));
        }

        return outcome;
    }

    private async Task<OperationOutcome> AttemptAsync(string caseId, int step, OperationId operation, CancellationToken abandon)
    {
        var sequence = ++_sequence;
        var options = new ProposeOptions(AttemptTimeout, new RequestId(_session, sequence), sequence);
        var mayHaveHappened = false;
        while (true)
        {
            var answer = await TryAsync(
                desk => step == 0
                    ? desk.CreateAsync(caseId, operation, options, abandon)
                    : desk.AdvanceAsync(caseId, step, operation, options, abandon),
                abandon).ConfigureAwait(false);
            switch (answer)
            {
                case { Status: ProposeStatus.Applied }:
                    return OperationOutcome.Acknowledged;

                case { Status: ProposeStatus.Rejected }:
                    Rejected?.Invoke($"operation {operation} on {caseId} was rejected: {answer.Value.Detail}");
                    return OperationOutcome.Refused;

                case { Refusal: RefusalReason.SessionExpired or RefusalReason.RequestForgotten or RefusalReason.RequestBeyondWindow, Status: var status }:
                    // Nobody will ever say more of this number. Another node opens the next session: this one's may have been none.
                    _session = ClientId.None;
                    _node = _node == _openedBy ? (_node + 1) % nodes : _node;
                    return mayHaveHappened || status == ProposeStatus.Unknown ? OperationOutcome.Unknown : OperationOutcome.Refused;

                case { Status: ProposeStatus.Unknown } or null:
                    mayHaveHappened = true;
                    break;
            }

            await MoveOnAsync(abandon).ConfigureAwait(false);
        }
    }

    private async Task EnsureSessionAsync(CancellationToken abandon)
    {
        while (_session == ClientId.None)
        {
            if (await TryAsync(desk => desk.OpenSessionAsync(abandon), abandon).ConfigureAwait(false) is { IsOpen: true } opened)
            {
                (_session, _openedBy, _sequence) = (opened.Client, _node, 0);
                return;
            }

            await MoveOnAsync(abandon).ConfigureAwait(false);
        }
    }

    /// <summary>Asks one node that runs.</summary>
    /// <returns><see langword="null"/> if it went down meanwhile: nobody knows what became of the operation.</returns>
    private async Task<T?> TryAsync<T>(Func<ICaseDesk, ValueTask<T>> ask, CancellationToken abandon)
        where T : struct
    {
        ICaseDesk? desk;
        while ((desk = desks(_node)) is null)
        {
            await MoveOnAsync(abandon).ConfigureAwait(false);
        }

        try
        {
            return await ask(desk).ConfigureAwait(false);
        }
        catch (ConsensusException)
        {
            return null;
        }
    }

    private async Task MoveOnAsync(CancellationToken abandon)
    {
        Retries++;
        _node = (_node + 1) % nodes;
        await Task.Delay(RetryPause, time, abandon).ConfigureAwait(false);
    }
}
