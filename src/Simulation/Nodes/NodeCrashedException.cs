namespace Consensus.Simulation.Nodes;

/// <summary>The node crashed at this very effect. Not an <see cref="IOException"/>: nobody in the replica handles it.</summary>
internal sealed class NodeCrashedException : Exception
{
    public NodeCrashedException()
        : base("The simulated node has crashed.")
    {
    }
}
