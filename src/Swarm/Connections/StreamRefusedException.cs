namespace Consensus.Swarm.Connections;

/// <summary>The other end of a connection is not who it has to be. The message is a clause whose subject is the other end.</summary>
internal sealed class StreamRefusedException(string message) : Exception(message);
