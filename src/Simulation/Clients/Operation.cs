namespace Consensus.Simulation;

/// <summary>One thing that a simulated client does: a command, or a query.</summary>
/// <param name="Content">The bytes that the state machine is given.</param>
/// <param name="IsQuery">Whether it is a linearizable query.</param>
public record Operation(ReadOnlyMemory<byte> Content, bool IsQuery = false)
{
    /// <summary>What the operation is called in traces.</summary>
    public virtual string Name => IsQuery ? "query" : "command";
}
