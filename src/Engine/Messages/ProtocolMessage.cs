namespace Consensus.Engine;

/// <summary>A decoded message of an engine. Immutable.</summary>
public abstract record ProtocolMessage
{
    /// <summary>
    /// Gives back the memory that decoding has borrowed for the message, if it has. Called at most once, for a message that was received, when the turn that took it has ended and nobody looks at it any more.
    /// </summary>
    public virtual void Release()
    {
    }
}
