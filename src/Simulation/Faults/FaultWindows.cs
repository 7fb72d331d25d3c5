namespace Consensus.Simulation.Faults;

/// <summary>
/// How long a fault lasts, and how long it leaves the run in peace. Without a shortest time for both, a group never gets far enough for
/// something interesting to go wrong (Tigerbeetle's partition and crash stability).
/// </summary>
/// <param name="LastsMin">How long a strike lasts at least.</param>
/// <param name="LastsMax">The longest mean of a run.</param>
/// <param name="RestsMin">How long there is none at least.</param>
/// <param name="RestsMax">The longest mean of a run.</param>
internal sealed record FaultWindows(TimeSpan LastsMin, TimeSpan LastsMax, TimeSpan RestsMin, TimeSpan RestsMax)
{
    /// <summary>Long enough for elections, on both sides.</summary>
    public static FaultWindows Elections { get; } = new(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8));
}
