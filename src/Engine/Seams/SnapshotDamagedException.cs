namespace Consensus.Engine;

/// <summary>A stored snapshot turned out to be damaged, or cannot be read. The store has set it aside; the replica goes on without.</summary>
public sealed class SnapshotDamagedException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which file, and what is wrong with it.</param>
    /// <param name="innerException">The cause.</param>
    public SnapshotDamagedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
