using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// A second replica with the identity, the key and the disk of another starts beside it, and takes a part of the others over: each behaves well, and together they
/// contradict themselves. Bano, Sonnino, Chursin, Perelman and Malkhi, "Twins: BFT systems made robust" (2021).
/// </summary>
internal sealed class TwinsFault(World world) : Fault(world, FaultKind.Twins)
{
    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), () =>
    {
        if (Victim(node => node.Condition == NodeCondition.Running && World.Atlas.MayCorrupt(node)) is not { } victim)
        {
            return false;
        }

        var others = World.Nodes.Where(node => node != victim && node.Condition != NodeCondition.Retired).Select(node => node.Id).ToList();
        var size = 1 + (int)Random.NextBelow((ulong)Math.Max(1, others.Count - 1));
        var part = new List<NodeId>();
        while (part.Count < size)
        {
            var other = Random.Any(others);
            others.Remove(other);
            part.Add(other);
        }

        World.AddTwin(victim, part);
        return true;
    });
}
