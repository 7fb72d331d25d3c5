namespace Consensus.Engine;

/// <summary>A peer sent a message, and it passed verification.</summary>
/// <param name="Message">The message and its authenticated sender.</param>
public sealed record MessageReceived(Verified<ProtocolMessage> Message) : Input;
