namespace Consensus.Cli;

/// <summary>The tool was called in a way that it cannot follow: exit code 2 with this message.</summary>
internal sealed class UsageException(string message) : Exception(message);
