namespace Consensus.Engine;

/// <summary>A member has sent what nobody who keeps to the protocol sends: it could not be read, or was not signed as it says.</summary>
/// <param name="Peer">Whom the connection authenticates.</param>
/// <param name="Count">How many such messages there were since the last such input; at least 1.</param>
public sealed record MessagesRejected(NodeId Peer, int Count) : Input;
