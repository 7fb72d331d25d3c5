using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Disk;

/// <summary>Each change survives or not by itself, as likely as a <see cref="DiskLoss"/> says; of a torn sector a first part does.</summary>
internal sealed class RandomSurvival(DeterministicRandom random, DiskLoss loss) : ISurvival
{
    /// <inheritdoc/>
    public bool KeepsName() => random.Chance(loss.KeepRate);

    /// <inheritdoc/>
    public bool KeepsLength() => random.Chance(loss.KeepRate);

    /// <inheritdoc/>
    public (int From, int To) Keeps(in WrittenSector sector)
    {
        if (random.Chance(loss.KeepRate))
        {
            return (sector.Start, sector.End);
        }

        return random.Chance(loss.TearRate)
            ? (sector.Start, sector.Start + (int)random.NextBelow((ulong)(sector.End - sector.Start)))
            : (sector.Start, sector.Start);
    }
}
