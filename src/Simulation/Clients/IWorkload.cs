using Consensus.Engine;

namespace Consensus.Simulation;

/// <summary>What simulated clients do. Called from one thread; everything random comes from the given generator.</summary>
public interface IWorkload
{
    /// <summary>A client's next operation.</summary>
    /// <param name="random">The client's generator.</param>
    /// <param name="client">The client's number.</param>
    Operation Next(DeterministicRandom random, int client);

    /// <summary>The next operation of a client that is one of too many: the larger, the sooner a bound is reached.</summary>
    /// <param name="random">The client's generator.</param>
    /// <param name="client">The client's number.</param>
    Operation NextOfTooMany(DeterministicRandom random, int client) => Next(random, client);
}
