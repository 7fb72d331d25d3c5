namespace Consensus.Simulation;

/// <summary>What the replicas that fail may do, as far as an engine survives it.</summary>
public enum FaultModel
{
    /// <summary>They stop, and go on later with what is on their disks, or never.</summary>
    Crash,

    /// <summary>They stop, as with <see cref="Crash"/>; and some lie in ways that cannot be mistaken for the truth, so that it must cost the others nothing.</summary>
    CrashAmongLiars,

    /// <summary>They do anything: lie, forget, say different things to different peers, or nothing.</summary>
    Byzantine,
}
