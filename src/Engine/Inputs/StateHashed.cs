namespace Consensus.Engine;

/// <summary>The state machine's hash after an entry at which all replicas compare theirs.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Hash">The hash of the state, sessions included.</param>
public sealed record StateHashed(LogIndex Index, Digest Hash) : Input;
