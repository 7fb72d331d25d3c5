namespace Consensus.Storage.Files;

/// <summary>There is no space on the disk (ENOSPC), or no more for this user (EDQUOT).</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was to be written where, and how much.</param>
    /// <param name="innerException">The cause.</param>
    public DiskFullException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
