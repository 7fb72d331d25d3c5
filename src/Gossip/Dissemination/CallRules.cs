namespace Consensus.Gossip;

/// <summary>Who calls in a round, and what the two sides of a call tell each other: the same for an agent in a process and for one of a million in a simulation.</summary>
public static class CallRules
{
    /// <summary>Whether an agent calls others in this round.</summary>
    /// <param name="mode">Which way news goes.</param>
    /// <param name="knows">Whether it has news.</param>
    public static bool Calls(this GossipMode mode, bool knows) => mode switch
    {
        GossipMode.Push => knows,
        GossipMode.Pull => !knows,
        _ => true,
    };

    /// <summary>Whether a caller tells what it knows.</summary>
    /// <param name="mode">Which way news goes.</param>
    public static bool CallerTells(this GossipMode mode) => mode != GossipMode.Pull;

    /// <summary>Whether who is called tells what it knows.</summary>
    /// <param name="mode">Which way news goes.</param>
    public static bool CalledTells(this GossipMode mode) => mode != GossipMode.Push;
}
