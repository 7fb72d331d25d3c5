namespace Consensus.Transport;

/// <summary>An attempt to connect failed in one of the ways in which attempts fail. The message is for everybody who may read the node's state.</summary>
internal sealed class ConnectFailedException : Exception
{
    public ConnectFailedException(string message, Exception? innerException = null)
        : base(message, innerException) =>
        ForLog = message;

    /// <summary>The message for the node's log, which may hold what the application's own code says.</summary>
    public string ForLog { get; init; }
}
