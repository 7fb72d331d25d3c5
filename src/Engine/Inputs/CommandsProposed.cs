namespace Consensus.Engine;

/// <summary>Local callers propose commands.</summary>
/// <param name="Proposals">The commands in the order of their arrival.</param>
/// <param name="Time">The wall clock, for the entries if this replica orders them.</param>
public sealed record CommandsProposed(ReadOnlyMemory<Proposal> Proposals, Timestamp Time) : Input;
