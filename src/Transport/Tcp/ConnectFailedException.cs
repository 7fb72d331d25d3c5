namespace Consensus.Transport;

/// <summary>An attempt to connect failed in one of the ways in which attempts fail.</summary>
internal sealed class ConnectFailedException : Exception
{
    public ConnectFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
