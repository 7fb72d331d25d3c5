namespace Consensus.Client;

/// <summary>What a node says about itself and its group, or why none said anything.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if a node answered, else why none did.</param>
/// <param name="Value">What it says; null if none answered.</param>
/// <param name="Detail">A sentence for people; empty if a node answered.</param>
public readonly record struct NodeAnswer<T>(RefusalReason Refusal, T? Value, string Detail)
    where T : class
{
    /// <summary>Whether a node answered.</summary>
    public bool IsAnswered => Refusal == RefusalReason.None;
}
