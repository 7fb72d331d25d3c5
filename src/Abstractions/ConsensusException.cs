namespace Consensus;

/// <summary>Thrown when a replica cannot do what it is for: it has stopped, or was given something it cannot work with.</summary>
public class ConsensusException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">The machine-readable reason.</param>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ConsensusException(ConsensusFailure reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>The machine-readable reason.</summary>
    public ConsensusFailure Reason { get; }
}
