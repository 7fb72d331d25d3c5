namespace Consensus.Cli;

/// <summary>The tool could not do what was asked: exit code 1 with this message.</summary>
internal sealed class CommandFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
