namespace Consensus.Simulation;

/// <summary>Which lies a replica with a <see cref="LyingHybridEngine"/> tells at the moment. Safe to change from any thread while the replica runs.</summary>
public sealed class HybridLies
{
    private volatile bool _signsBadly;
    private volatile bool _saysTwoThings;

    /// <summary>Whether it sends what is signed by nobody, ten times a second to each of the others.</summary>
    public bool SignsBadly
    {
        get => _signsBadly;
        set => _signsBadly = value;
    }

    /// <summary>Whether it signs two ends of the running epoch, and shows both to all.</summary>
    public bool SaysTwoThings
    {
        get => _saysTwoThings;
        set => _saysTwoThings = value;
    }
}
