namespace Consensus.Engine.Tests.Hosting;

/// <summary>What is told of a core that says nothing of roles and leaders itself.</summary>
[TestFixture]
public sealed class LeaderNewsTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);

    [Test]
    public async Task Each_change_of_role_leader_and_view_is_told_once()
    {
        var hub = new ReplicaEvents();
        var told = hub.Subscribe(CancellationToken.None);
        var news = new LeaderNews(hub);

        news.Look(Status(ReplicaRole.Follower, One, 0));
        news.Look(Status(ReplicaRole.Follower, One, 0));
        news.Look(Status(ReplicaRole.Candidate, NodeId.None, 1));
        news.Look(Status(ReplicaRole.Leader, Two, 1));
        news.Look(Status(ReplicaRole.Leader, Two, 5));
        news.Look(Status(ReplicaRole.Candidate, NodeId.None, 6));
        news.Look(Status(ReplicaRole.Candidate, NodeId.None, 7));
        hub.Close(new ReplicaStopped(ConsensusFailure.Stopped, "done"));

        var events = new List<ConsensusEvent>();
        await foreach (var happening in told)
        {
            events.Add(happening);
        }

        Assert.That(events, Is.EqualTo(new ConsensusEvent[]
        {
            new LeaderChanged(One, 0),
            new RoleChanged(ReplicaRole.Candidate, 1),
            new LeaderChanged(NodeId.None, 1),
            new RoleChanged(ReplicaRole.Leader, 1),
            new LeaderChanged(Two, 1),
            new RoleChanged(ReplicaRole.Leader, 5),
            new LeaderChanged(Two, 5),
            new RoleChanged(ReplicaRole.Candidate, 6),
            new LeaderChanged(NodeId.None, 6),
            new ReplicaStopped(ConsensusFailure.Stopped, "done"),
        }));
    }

    private static CoreStatus Status(ReplicaRole role, NodeId leader, ulong view) =>
        new(role, leader, view, LogIndex.Zero, LogIndex.Zero, ClusterMembership.Empty);
}
