namespace Consensus.Simulation.Time;

/// <summary>Something that is planned so often that an action of its own for each time would be too much.</summary>
internal interface IPlanned
{
    /// <summary>The time has come.</summary>
    /// <param name="plan">The number that it was planned with.</param>
    void Happen(long plan);
}
