namespace Consensus.Cli.Bench;

/// <summary>A change of the engine.</summary>
/// <param name="From">The engine that ran.</param>
/// <param name="To">The one that follows.</param>
/// <param name="IsForced">Whether a member lied, and nobody ordered it.</param>
/// <param name="Given">When it was ordered, or the member began to lie.</param>
/// <param name="Done">When it was seen that the next one runs.</param>
internal sealed record EngineChange(string From, string To, bool IsForced, long Given, long Done);
