namespace Consensus.Simulation.Network;

/// <summary>
/// One cause for which some links do not carry. Several may hold the same link: it does what the worst of them says, and carries again when
/// the last is over, so that the end of one partition does not heal another.
/// </summary>
internal sealed class Disruption
{
    private readonly IReadOnlyList<SimulatedLink> _links;

    /// <summary>Begins.</summary>
    /// <param name="effect">What becomes of the links.</param>
    /// <param name="links">Which.</param>
    public Disruption(LinkState effect, IReadOnlyList<SimulatedLink> links)
    {
        Effect = effect;
        _links = links;
        foreach (var link in links)
        {
            link.Disrupt(this);
        }
    }

    public LinkState Effect { get; }

    /// <summary>Ends; nothing happens if the links were healed in the meantime.</summary>
    public void End()
    {
        foreach (var link in _links)
        {
            link.Mend(this);
        }
    }
}
