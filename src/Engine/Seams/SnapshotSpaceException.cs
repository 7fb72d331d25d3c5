namespace Consensus.Engine;

/// <summary>There is no space on the disk for a snapshot. The replica goes on without.</summary>
public sealed class SnapshotSpaceException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which folder, and how much was needed.</param>
    /// <param name="innerException">The cause.</param>
    public SnapshotSpaceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
