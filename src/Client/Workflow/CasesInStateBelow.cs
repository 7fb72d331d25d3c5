namespace Consensus.Client;

/// <summary>Fewer cases than this are in the state that is entered.</summary>
public sealed record CasesInStateBelow(ulong Max) : PolicyCondition;
