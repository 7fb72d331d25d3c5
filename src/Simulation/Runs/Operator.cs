using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Runs;

/// <summary>
/// Who looks after the group, as a real operator would: takes machines away whose replica refuses to start, removes members that are gone or
/// are to leave, puts new machines with new ids in their place, and asks again until it is done. Where members cannot be exchanged, a machine whose replica refuses
/// to start gets an empty disk.
/// </summary>
internal sealed class Operator
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How likely a removed machine is taken away at each look: some trouble the group for a while.</summary>
    private const double TakesAway = 0.1;

    private readonly World _world;
    private readonly DeterministicRandom _random;
    private bool _isAsking;

    public Operator(World world)
    {
        _world = world;
        _random = world.RandomFor("operator");
    }

    /// <summary>Whether the operator does nothing for the time being.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether machines that are no members are taken away as soon as they may be: in the end nothing is to be waited for but the group.</summary>
    public bool IsTidy { get; set; }

    /// <summary>Whether every member is there and votes if it is to, and no other machine is left.</summary>
    public bool IsDone
    {
        get
        {
            if (!_world.Options.Protocol.ChangesMembers)
            {
                return !_world.Options.Protocol.ReplacesDisks || _world.Nodes.All(node => node.Condition != NodeCondition.Damaged);
            }

            var configuration = _world.Observatory.Configuration;
            return !configuration.IsJoint
                && configuration.Members.All(member => member.Role != MemberRole.Joining && _world.Atlas.Stays(_world.Find(member.Id)))
                && _world.Nodes.All(node => node.Condition == NodeCondition.Retired || configuration.Find(node.Id) is not null);
        }
    }

    /// <summary>Begins to look.</summary>
    public void Begin() => _world.Agenda.PlanIn(LookInterval, () =>
    {
        if (!IsAway)
        {
            Look();
        }

        Begin();
    });

    private void Look()
    {
        foreach (var node in _world.Nodes.Where(node => node.Condition == NodeCondition.Damaged && _world.Options.Protocol.ReplacesDisks).ToList())
        {
            _world.LoseDisk(node);
            node.StartIfDown();
        }

        if (!_world.Options.Protocol.ChangesMembers)
        {
            return;
        }

        var configuration = _world.Observatory.Configuration;

        // Who was lost while it joined first: the change that was to add it waits for it, and nothing but its removal ends that.
        var goneFirst = configuration.Members.Where(member => _world.Atlas.IsToBeRemoved(_world.Find(member.Id))).OrderBy(member => member.Role != MemberRole.Joining);
        if (goneFirst.FirstOrDefault() is { } gone)
        {
            Ask(Replace(configuration, gone));
        }
        else
        {
            TakeAwayRest(configuration);
        }
    }

    private MembershipChange Replace(ClusterMembership configuration, Member gone)
    {
        var change = MembershipChange.None.Remove(gone.Id);
        var staying = configuration.Members.Count(member =>
            member.Role is MemberRole.Voter or MemberRole.Joining && !_world.Atlas.IsToBeRemoved(_world.Find(member.Id)));
        if (gone.Role != MemberRole.Voter || staying >= _world.Options.Nodes)
        {
            return change;
        }

        var spare = Spares(configuration).FirstOrDefault() ?? AddNode();
        return change.AddVoter(spare.Id, spare.Address);
    }

    /// <summary>Machines that are no members: they were removed, or the change that was to add them never took effect.</summary>
    private IEnumerable<SimulatedNode> Strangers(ClusterMembership configuration) =>
        _world.Nodes.Where(node => node.Condition != NodeCondition.Retired && configuration.Find(node.Id) is null);

    private IEnumerable<SimulatedNode> Spares(ClusterMembership configuration) =>
        Strangers(configuration).Where(node => node.IsUp && _world.Atlas.IsWhole(node) && _world.Observatory.LogOf(node.Id).Last == LogIndex.Zero);

    private SimulatedNode AddNode()
    {
        var node = _world.AddNode();
        node.Start();
        return node;
    }

    private void Ask(MembershipChange change)
    {
        var running = _world.Nodes.Where(node => node.Condition == NodeCondition.Running).ToList();
        if (_isAsking || running.Count == 0)
        {
            return;
        }

        var node = _random.Any(running);
        _isAsking = true;
        MemberRequests.Ask(_world, node, change, Patience, () => _isAsking = false);
    }

    private void TakeAwayRest(ClusterMembership configuration)
    {
        foreach (var node in Strangers(configuration).ToList())
        {
            if (_isAsking || !(_random.Chance(TakesAway) || IsTidy))
            {
                continue;
            }

            if (_world.Atlas.MayLose(node))
            {
                // A late request may still add it, and is as good as one that adds a machine which is gone.
                _world.Retire(node);
            }
            else if (_world.Observatory.IsOrdered(node.Id))
            {
                // An order that adds it may take effect as long as the epoch lasts; with another one it is over.
                Ask(MembershipChange.None);
            }
        }
    }
}
