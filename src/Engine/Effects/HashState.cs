namespace Consensus.Engine;

/// <summary>Asks for the hash of the own state after the last entry that was handed over before. Answered by <see cref="StateHashed"/>.</summary>
public sealed record HashState : BackgroundRequest;
