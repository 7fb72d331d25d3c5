using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Election;

public sealed class RolesTests
{
    [Test]
    public void Who_stands_for_election_says_that_it_follows_nobody_any_more()
    {
        var world = new World();
        world.Begin();
        Assert.That(world.LeadersOf(2), Is.EqualTo(new[] { new NodeId(1) }));

        world.Elapse(2);

        Assert.That(world.LeadersOf(2), Is.EqualTo(new[] { new NodeId(1), NodeId.None }));
    }

    [Test]
    public void Who_stands_first_asks_for_votes_once_and_waits_for_them_as_others_do()
    {
        var options = new RaftOptions { StandsFirst = true };
        var world = new World(options) { Delivers = 2 };
        world.Begin();

        Assert.That(world[1].Status, Has.Property("Role").EqualTo(ReplicaRole.Candidate).And.Property("TermOrView").EqualTo(1UL), "the other one could be asked whether it would vote");
        Assert.That(world[1].Now, Is.EqualTo(Ticks.Zero));
        Assert.That(world[1].NextDeadline - world[1].Now, Is.GreaterThanOrEqualTo(options.ElectionTimeoutMin));
    }

    /// <summary>Two replicas; what is sent arrives at once.</summary>
    private sealed class World(RaftOptions? options = null) : ITestWorld
    {
        private readonly List<TestReplica> _replicas = [];
        private readonly Queue<(NodeId From, NodeId To, byte[] Frame)> _sent = new();
        private readonly List<(NodeId Node, NodeId Leader)> _leaders = [];

        /// <summary>How many messages arrive; the others are lost.</summary>
        public int Delivers { get; set; } = int.MaxValue;

        public TestReplica this[uint id] => _replicas[(int)id - 1];

        public void Begin()
        {
            for (uint id = 1; id <= 2; id++)
            {
                _replicas.Add(new TestReplica(new NodeId(id), new TestDisk(NewState.Voters(2)), this, options ?? new RaftOptions(), SnapshotPolicy.Default, id, Ticks.Zero));
            }

            Elapse(1);
        }

        /// <summary>A replica's clock reaches its deadline.</summary>
        public void Elapse(uint id)
        {
            var replica = _replicas[(int)id - 1];
            replica.Elapse(replica.NextDeadline);
            CompleteFlushes();
            while (_sent.TryDequeue(out var message) && Delivers-- > 0)
            {
                _replicas[(int)message.To.Value - 1].Receive(message.From, message.Frame);
                CompleteFlushes();
            }
        }

        public IEnumerable<NodeId> LeadersOf(uint id) => _leaders.Where(change => change.Node == new NodeId(id)).Select(change => change.Leader);

        public void OnSent(TestReplica from, NodeId to, byte[] frame) => _sent.Enqueue((from.Id, to, frame));

        public void OnBackgroundResult(TestReplica replica, Input result)
        {
        }

        public void OnHappened(TestReplica replica, object happening)
        {
            if (happening is LeaderChanged changed)
            {
                _leaders.Add((replica.Id, changed.Leader));
            }
        }

        private void CompleteFlushes()
        {
            foreach (var replica in _replicas)
            {
                while (replica.IsFlushing)
                {
                    replica.CompleteFlush();
                }
            }
        }
    }
}
