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

        var tolerated = options.Protocol.ByzantineMax(options.Nodes);
        var allowed = options.IsUnsafe ? options.Nodes : tolerated;
        if (options.CorruptReplicas > allowed)
        {
            throw new ArgumentException(
                $"The adversary is to control {options.CorruptReplicas} of {options.Nodes} replicas; {options.Protocol.Name} tolerates {tolerated}. More is allowed in unsafe runs only, up to all.");
        }

        var adversary = create();
        var random = world.RandomFor("adversary");
        var honest = new List<SimulatedNode>(world.Nodes);
        for (var i = 0; i < options.CorruptReplicas; i++)
        {
            var node = random.Any(honest);
            honest.Remove(node);
            world.Corrupt(node, adversary);
        }
    }
}
