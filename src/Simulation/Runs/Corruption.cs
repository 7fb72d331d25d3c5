using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Runs;

/// <summary>Puts replicas under the control of a run's adversary, if it has one.</summary>
internal static class Corruption
{
    /// <exception cref="ArgumentException">The adversary would control more replicas than the engine tolerates, and the run is not unsafe.</exception>
    public static void Draw(World world)
    {
        var options = world.Options;
        if (options.Adversary is not { } create)
        {
            return;
        }

        var engine = options.Engine();
        var tolerated = engine.Guarantees.HasFlag(ConsensusGuarantees.ByzantineTolerant) ? (options.Nodes - 1) / 3 : 0;
        var allowed = options.IsUnsafe ? options.Nodes : tolerated;
        if (options.CorruptReplicas > allowed)
        {
            throw new ArgumentException(
                $"The adversary is to control {options.CorruptReplicas} of {options.Nodes} replicas; {engine.Name} tolerates {tolerated}. More is allowed in unsafe runs only, up to all.");
        }

        var adversary = create();
        var random = world.RandomFor("adversary");
        var honest = new List<SimulatedNode>(world.Nodes);
        for (var i = 0; i < options.CorruptReplicas; i++)
        {
            var node = random.Any(honest);
            honest.Remove(node);
            world.Network.Corrupt(new CorruptReplica(node.Id, world.Network, world.Agenda, adversary, engine.Codec, world.RandomFor($"adversary {node.Id}")));
        }
    }
}
