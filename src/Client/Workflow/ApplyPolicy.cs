namespace Consensus.Client;

/// <summary>Puts a policy in force, in place of an earlier one with its name.</summary>
public sealed record ApplyPolicy(Policy Policy) : OverlayElement;
