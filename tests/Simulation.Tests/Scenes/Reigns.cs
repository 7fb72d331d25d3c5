using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>Notes who leads, term by term.</summary>
internal sealed class Reigns(Agenda agenda) : Checker
{
    private readonly List<Reign> _all = [];

    public override string Name => "reigns";

    public IReadOnlyList<Reign> All => _all;

    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var term = status.TermOrView;
        if (status.Role == ReplicaRole.Leader && _all.TrueForAll(reign => reign.Term != term))
        {
            _all.Add(new Reign(term, node.Id, agenda.Now));
        }
    }
}
