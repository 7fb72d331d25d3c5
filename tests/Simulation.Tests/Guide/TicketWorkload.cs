using Consensus.Engine;

namespace Consensus.Simulation.Tests.Guide;

/// <summary>The guide's workload: most clients take tickets, some ask how many there are.</summary>
public sealed class TicketWorkload : IWorkload
{
    public Operation Next(DeterministicRandom random, int client) =>
        new(new byte[] { (byte)client }, IsQuery: random.NextBelow(4) == 0);
}
