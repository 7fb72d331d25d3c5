using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>All links carry worse: in some runs always, in others for a while now and then. The rate is drawn once for the run.</summary>
/// <param name="world">What it happens to.</param>
/// <param name="kind">What kind it is.</param>
/// <param name="rateMax">How many frames are affected at most; 0 to 1.</param>
internal abstract class QualityFault(World world, FaultKind kind, double rateMax) : Fault(world, kind)
{
    private const double AlwaysRate = 0.3;

    /// <summary>The lowest rate is this much of the highest.</summary>
    private const double RateRange = 0.02;

    /// <inheritdoc/>
    public override void Begin()
    {
        // Even over the logarithm: few lost messages find other bugs than many.
        var rate = rateMax * Math.Pow(RateRange, Random.NextBetween(0.0, 1.0));
        if (Random.Chance(AlwaysRate))
        {
            CountStrike();
            World.Network.Quality = Worsen(World.Network.Quality, rate);
            return;
        }

        Alternate(FaultWindows.Elections, () =>
        {
            World.Network.Quality = Worsen(World.Network.Quality, rate);
            return () => World.Network.Quality = Worsen(World.Network.Quality, 0);
        });
    }

    /// <summary>The quality with this kind's rate, and all others as they are.</summary>
    protected abstract LinkQuality Worsen(LinkQuality quality, double rate);
}
