using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>A part of mergeable state: changes, and what each has brought. Immutable.</summary>
internal abstract class MergeNode
{
    /// <summary>How deep maps may lie in each other.</summary>
    public const int DepthMax = 16;

    /// <summary>What it is.</summary>
    public abstract MergeKind Kind { get; }

    /// <summary>Whether nothing is left in it.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The changes that can be seen in it.</summary>
    public abstract IEnumerable<Dot> Dots { get; }

    /// <summary>
    /// One node from two of the same kind: of what both have; and what one has and the other has never seen. What one has and the other has seen, and has no more, was removed.
    /// </summary>
    /// <param name="other">The other one; an empty one, where there is none.</param>
    /// <param name="seen">What was seen where this one comes from.</param>
    /// <param name="seenThere">What was seen where the other one comes from.</param>
    public abstract MergeNode Join(MergeNode other, CausalContext seen, CausalContext seenThere);

    /// <summary>An empty one of a kind.</summary>
    public static MergeNode EmptyOf(MergeKind kind) => kind switch
    {
        MergeKind.Register => RegisterNode.Empty,
        MergeKind.Counter => CounterNode.Empty,
        MergeKind.Set => SetNode.Empty,
        MergeKind.Map => MapNode.Empty,
    };

    /// <summary>Writes it; of two that have the same in them the same bytes.</summary>
    public abstract void Write(ref MessagePackWriter writer);

    /// <summary>Reads one.</summary>
    /// <exception cref="MessageFormatException">The bytes are none, or not in the one form.</exception>
    public static MergeNode Read(ref MessagePackReader reader, MergeKind kind, int depth) => kind switch
    {
        MergeKind.Register => RegisterNode.Read(ref reader),
        MergeKind.Counter => CounterNode.Read(ref reader),
        MergeKind.Set => SetNode.Read(ref reader),
        MergeKind.Map => MapNode.Read(ref reader, depth),
        _ => throw new MessageFormatException($"There is no kind {(byte)kind} of mergeable values."),
    };
}
