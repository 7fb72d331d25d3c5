namespace Consensus.Client.Sessions;

/// <summary>The number of a command in a session. <c>default</c>: it has none.</summary>
/// <param name="Id">The session and the number.</param>
/// <param name="AcknowledgedBelow">All commands with smaller numbers have ended, and nobody will ask for their results; 0 says nothing.</param>
internal readonly record struct RequestNumber(RequestId Id, ulong AcknowledgedBelow);
