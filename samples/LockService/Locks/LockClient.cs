namespace Consensus.Samples.Locks;

/// <summary>The machine as its users see it: no bytes. Safe to use from any number of threads.</summary>
/// <param name="consensus">The group that replicates it.</param>
public sealed class LockClient(IConsensus consensus)
{
    /// <summary>Takes a lock, or keeps it for longer.</summary>
    public Task<LockResult> AcquireAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken = default) =>
        ProposeAsync(new LockCommand(LockCommandKind.Acquire, name, owner, (long)time.TotalMilliseconds), cancellationToken);

    /// <summary>Gives a lock back.</summary>
    public Task<LockResult> ReleaseAsync(string name, string owner, CancellationToken cancellationToken = default) =>
        ProposeAsync(new LockCommand(LockCommandKind.Release, name, owner, 0), cancellationToken);

    /// <summary>Lets every replica use this program's newest format. To be called when all of them run a program that knows it.</summary>
    public Task<LockResult> RaiseFormatAsync(CancellationToken cancellationToken = default) =>
        ProposeAsync(new LockCommand(LockCommandKind.RaiseFormat, "", "", LockTable.NewestFormat), cancellationToken);

    /// <summary>Who took the lock last and did not give it back; the time may be over.</summary>
    /// <returns><see langword="null"/> if the group did not answer.</returns>
    public async Task<LockAnswer?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var query = await consensus.QueryAsync(LockCommand.QueryBytes(name), cancellationToken: cancellationToken).ConfigureAwait(false);
        return query.IsAnswered ? LockAnswer.Read(query.Result) : null;
    }

    private async Task<LockResult> ProposeAsync(LockCommand command, CancellationToken cancellationToken)
    {
        var proposal = await consensus.ProposeAsync(command.ToBytes(), cancellationToken: cancellationToken).ConfigureAwait(false);
        var isCommitted = proposal.Status is ProposeStatus.Applied or ProposeStatus.Rejected;
        return new LockResult(proposal.Status, proposal.Refusal, isCommitted ? LockAnswer.Read(proposal.Result) : null);
    }
}
