namespace Consensus.Cli.Bench;

/// <summary>One client of a measurement, with one operation under way at a time.</summary>
internal interface IBenchClient
{
    /// <summary>Does what must be done before the first operation; nothing of it is measured.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Does the next operation.</summary>
    ValueTask<BenchOutcome> NextAsync(CancellationToken cancellationToken);
}
