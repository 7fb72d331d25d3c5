namespace Consensus.Simulation;

/// <summary>
/// Acts in place of some replicas of a run: it sees what they would send and what they are sent, and decides what they send. Behind it runs
/// an honest replica, so that an adversary says only where it departs from one.
/// </summary>
/// <remarks>
/// One adversary controls all corrupt replicas of a run, so that they can conspire. Called from one thread; everything random comes from
/// <see cref="CorruptReplica.Random"/>.
/// </remarks>
public interface IAdversary
{
    /// <summary>
    /// Whether it lets commands be ordered that no caller asked for, or in another session. What is known of callers alone (linearizable histories, commands that take effect
    /// once) then says nothing about the honest replicas, and is not demanded.
    /// </summary>
    bool InventsCommands => false;

    /// <summary>A corrupt replica would send a message. It leaves only if the adversary sends it: as it is, altered, to others, later, or again.</summary>
    void OnSending(CorruptReplica replica, InterceptedMessage message) => replica.Send(message.To, message.Frame.Span);

    /// <summary>A corrupt replica is sent a message, and takes it after the adversary has seen it.</summary>
    void OnReceiving(CorruptReplica replica, InterceptedMessage message)
    {
        // It is enough for most to see what their replicas answer.
    }
}
