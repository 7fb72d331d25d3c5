namespace Consensus.Engine;

/// <summary>A decoded message of an engine. Immutable.</summary>
public abstract record ProtocolMessage;
