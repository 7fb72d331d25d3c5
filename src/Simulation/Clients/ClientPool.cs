using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Clients;

/// <summary>The clients of a run, and what they have in common.</summary>
internal sealed class ClientPool
{
    private readonly Agenda _agenda;
    private readonly IReadOnlyList<SimulatedNode> _nodes;
    private readonly ICallObserver _observer;
    private long _calls;
    private long _events;
    private int _processes;

    public ClientPool(Agenda agenda, IReadOnlyList<SimulatedNode> nodes, ICallObserver observer)
    {
        _agenda = agenda;
        _nodes = nodes;
        _observer = observer;
    }

    /// <summary>Whether what a node answers is believed: a Byzantine one may say anything, and a caller that knows better takes no notice.</summary>
    public Func<SimulatedNode, bool> Believes { get; init; } = static _ => true;

    /// <summary>All clients there ever were, in the order of their numbers.</summary>
    public List<SimulatedClient> All { get; } = [];

    /// <summary>How often an attempt was refused, and why.</summary>
    public SortedDictionary<RefusalReason, int> Refusals { get; } = [];

    /// <summary>How many calls have begun.</summary>
    public long Calls => _calls;

    public int NextProcess() => _processes++;

    /// <summary>The next place in the one order of the beginnings and ends of all calls, and of what is to be compared with them.</summary>
    public long NextEvent() => ++_events;

    /// <summary>
    /// One of the nodes that take calls, if there are any: each is as likely as the others. Of those that do not belong to their group's epoch there is at most one among them: clients know the members, if not always the newest ones, and many a disk
    /// that was lost leaves a node behind that waits to be taken in.
    /// </summary>
    public SimulatedNode? AnyNode(DeterministicRandom random)
    {
        var bystander = _nodes.FirstOrDefault(node => TakesCalls(node) && IsBystander(node));
        var choice = (int)random.NextBelow((ulong)Math.Max(1, _nodes.Count(IsAsked)));
        foreach (var node in _nodes)
        {
            if (IsAsked(node) && choice-- == 0)
            {
                return node;
            }
        }

        return null;

        bool IsAsked(SimulatedNode node) => TakesCalls(node) && (node == bystander || !IsBystander(node));
    }

    /// <summary>An attempt was refused.</summary>
    public void Refuse(RefusalReason reason) => Refusals[reason] = Refusals.GetValueOrDefault(reason) + 1;

    /// <param name="process">Who calls.</param>
    /// <param name="operation">What for.</param>
    /// <param name="finalNode">The node that is asked, in the look at all of them at the end.</param>
    public ClientCall Begin(int process, Operation operation, NodeId finalNode = default)
    {
        var call = new ClientCall(++_calls, process, operation, NextEvent(), _agenda.Now) { FinalNode = finalNode };
        _observer.OnInvoked(call);
        return call;
    }

    public void Complete(ClientCall call, CallOutcome outcome)
    {
        call.Outcome = outcome;
        call.Completed = NextEvent();
        call.CompletedAt = _agenda.Now;
        _observer.OnCompleted(call);
    }

    private static bool TakesCalls(SimulatedNode node) => node.IsUp && node.Replica is not null;

    // Learners that belong to a group have no epochs.
    private static bool IsBystander(SimulatedNode node) => node.Replica!.Status is { RunningEpoch: not null, Role: ReplicaRole.Learner };
}
