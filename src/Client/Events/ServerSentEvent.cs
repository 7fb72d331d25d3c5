namespace Consensus.Client.Events;

/// <summary>One event of a stream.</summary>
/// <param name="Name">Its name; <c>message</c> if it has none.</param>
/// <param name="Data">Its data.</param>
internal readonly record struct ServerSentEvent(string Name, byte[] Data);
