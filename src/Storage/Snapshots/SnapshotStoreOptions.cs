namespace Consensus.Storage.Snapshots;

/// <summary>How a <see cref="SnapshotStore"/> keeps its snapshots.</summary>
/// <param name="Retained">How many of the newest complete snapshots are kept. 2 by default; 1 to 100.</param>
public sealed record SnapshotStoreOptions(int Retained = 2)
{
    /// <summary>
    /// How long a snapshot of which a part was read is held to be on its way to a peer, and is kept. 1 minute by default; 0 or more.
    /// </summary>
    public TimeSpan TransferPauseMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the time for <see cref="TransferPauseMax"/> comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reports every setting that is out of its range.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>.</exception>
    internal void Validate()
    {
        var problems = new List<string>();
        if (Retained is < 1 or > 100)
        {
            problems.Add($"{nameof(Retained)} is {Retained}; allowed are 1 to 100.");
        }

        if (TransferPauseMax < TimeSpan.Zero)
        {
            problems.Add($"{nameof(TransferPauseMax)} is {TransferPauseMax}; allowed is zero or more.");
        }

        if (problems.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"Snapshot store: {string.Join(' ', problems)}");
        }
    }
}
