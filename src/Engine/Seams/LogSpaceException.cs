namespace Consensus.Engine;

/// <summary>There is no space on the disk for a batch of the log. Nothing was written; the same batch may be persisted later.</summary>
public sealed class LogSpaceException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which file, and how much was needed.</param>
    /// <param name="innerException">The cause.</param>
    public LogSpaceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
