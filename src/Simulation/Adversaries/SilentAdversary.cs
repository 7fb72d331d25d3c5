namespace Consensus.Simulation;

/// <summary>Hears everything and says nothing: to the others as if it had crashed, but it counts as connected.</summary>
public sealed class SilentAdversary : IAdversary
{
    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        // Nothing leaves.
    }
}
