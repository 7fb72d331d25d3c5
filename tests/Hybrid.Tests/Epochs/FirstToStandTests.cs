using Consensus.Byzantine.Tests;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Who stands for election when an epoch of Raft begins: without it nobody would lead before somebody has waited for an election timeout.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FirstToStandTests
{
    private readonly Group _group = new();

    [Test]
    public void It_is_another_member_in_each_epoch_and_nobody_in_the_first()
    {
        var (epoch, first) = (_group.First, new List<NodeId>());
        for (; first.Count < 6; epoch = epoch.Next(EpochProtocol.Raft, Group.Position(12, 3), default))
        {
            first.Add(epoch.StandsFirst);
        }

        Assert.That(first.Select(member => member.Value), Is.EqualTo((uint[])[0, 20, 30, 40, 10, 20]));
    }

    [TestCase(20U, true)]
    [TestCase(10U, false)]
    public void It_does_so_at_once_and_the_others_wait(uint member, bool standsFirst)
    {
        var epoch = _group.First.Next(EpochProtocol.Raft, Group.Position(12, 3), default);
        var membership = new ClusterMembership([.. epoch.Members.Members.Select(other => new Member(other.Id, $"n{other.Id}"))], []);

        var core = _group.Know(epoch, member).Engine.CreateCore(new CoreContext
        {
            Self = new NodeId(member),
            Epoch = epoch.Number,
            Recovered = EmptyDisk.Found with { Bootstrap = membership },
            Seed = 1,
            Now = new Ticks(1000),
        });

        Assert.That(core.NextDeadline, standsFirst ? Is.EqualTo(new Ticks(1000)) : Is.GreaterThanOrEqualTo(new Ticks(1000) + TimeSpan.FromMilliseconds(150)));
    }
}
