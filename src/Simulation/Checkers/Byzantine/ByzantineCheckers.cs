using Consensus.Cryptography;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>What must hold for every engine whose replicas sign what they say, and may lie.</summary>
internal static class ByzantineCheckers
{
    public static IEnumerable<Checker> Of(World world, ISignedProtocol protocol, CommitRule rule)
    {
        yield return new HonestNeverEquivocates(protocol);
        yield return new HonestNeverAccused(world.Observatory);
        yield return new CertificateSoundness(protocol, node => node.Core is { } core ? protocol.CertificatesOf(core) : [], world.Members, world.Signatures, world.Observatory);
        yield return new ProofsHold(static (node, index) => node.Core?.Prove(index), rule, world.Domain, world.Members, world.Verifier, world.Observatory);
        yield return new CommittedOnQuorum(world.Observatory, world.Options.Nodes);
    }
}
