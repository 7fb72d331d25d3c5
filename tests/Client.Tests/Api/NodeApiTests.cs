using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Client.Tests.Api;

/// <summary>Status, members, control and events of the API as it is, over a group that answers as the test says.</summary>
public sealed class NodeApiTests
{
    private static readonly ClusterMembership Membership =
        new([new Member(new NodeId(1), "a:1"), new Member(new NodeId(2), "b:2", MemberRole.Joining)], [new NodeId(3)]);

    private ScriptedConsensus _group = null!;
    private ApiNode _node = null!;
    private ConsensusClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        _group = new ScriptedConsensus();
        _group.Status = _group.Status with { Membership = Membership, RunningEpoch = new EpochStatus(new ClusterId(Guid.NewGuid()), new Digest([.. Enumerable.Range(0, Digest.Size).Select(i => (byte)i)]), "hotstuff") { MemberKeys = new Dictionary<NodeId, string> { [new NodeId(1)] = "01" }, Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["WindowBlocks"] = "512" }, Rules = new Dictionary<string, string>(StringComparer.Ordinal) { ["ReturnsAlone"] = "true" }, OperatorKeys = ["07"] }, Role = ReplicaRole.PreCandidate, Threat = ThreatLevel.High };
        _node = await ApiNode.StartAsync(_group);
        _client = _node.CreateClient();
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task A_status_arrives_as_the_node_has_it()
    {
        var status = await _client.GetStatusAsync();

        Assert.That(status.Value!.Status, Is.EqualTo(_group.Status));
        Assert.That(status.Value.Status.Threats, Is.Empty);
        var (epoch, sent) = (status.Value.Status.RunningEpoch!, _group.Status.RunningEpoch!);
        Assert.That((epoch.MemberKeys, epoch.Settings, epoch.Rules, epoch.OperatorKeys), Is.EqualTo((sent.MemberKeys, sent.Settings, sent.Rules, sent.OperatorKeys)));
    }

    [Test]
    public async Task What_speaks_against_members_arrives()
    {
        _group.Status = _group.Status with
        {
            Threats = [new MemberThreat(new NodeId(1), ThreatLevel.Medium, 4, ThreatLevel.Critical, 3, HasEvidence: true), new MemberThreat(new NodeId(2), ThreatLevel.None, 0, ThreatLevel.Low, 2, HasEvidence: false)],
        };

        var status = await _client.GetStatusAsync();

        Assert.That(status.Value!.Status.Threats, Is.EqualTo(_group.Status.Threats));
        Assert.That(status.Value.Guarantees, Is.EqualTo(_group.Guarantees));
        Assert.That((await _client.GetMembersAsync()).Value, Is.EqualTo(Membership));
    }

    [Test]
    public async Task What_a_node_knows_of_its_peers_arrives_as_it_is()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        PeerStatus[] peers =
        [
            new()
            {
                Id = new NodeId(1),
                Address = "a:1",
                Source = PeerSource.AddressBook,
                Outgoing = new PeerConnection(true, now, "10.0.0.1:5001"),
                Incoming = new PeerConnection(false, now.AddSeconds(1), "10.0.0.1:40000"),
                ConnectFailures = 3,
                LastFailure = new PeerFailure("It refused.", now.AddSeconds(-5)),
                LastHeard = now.AddSeconds(2),
            },
            new()
            {
                Id = new NodeId(3),
                Address = "c:3",
                Source = PeerSource.Unknown,
                Outgoing = new PeerConnection(false, now, null),
                Incoming = new PeerConnection(false, now, null),
                ConnectFailures = 0,
            },
        ];
        await using var node = await ApiNode.StartAsync(services => services.AddSingleton<IConsensus>(_group).AddSingleton<IPeerRegistry>(new FixedPeers(peers)));
        await using var client = node.CreateClient();

        var answer = await client.GetPeersAsync();
        var none = await _client.GetPeersAsync();

        Assert.That((answer.Value!.Node, answer.Refusal), Is.EqualTo((_group.Status.Node, RefusalReason.None)));
        Assert.That(answer.Value.Peers, Is.EqualTo(peers));
        Assert.That((none.Refusal, none.Value), Is.EqualTo((RefusalReason.NotSupported, (NodePeers?)null)), "It keeps no registry.");
    }

    [Test]
    public async Task Every_change_of_membership_reaches_the_group()
    {
        var node = new NodeId(4);
        var changes = new (Func<ValueTask<ChangeResult>> Ask, MembershipChange Expected)[]
        {
            (() => _client.AddVoterAsync(node, "h:4"), MembershipChange.None.AddVoter(node, "h:4")),
            (() => _client.AddLearnerAsync(node, "h:4"), MembershipChange.None.AddLearner(node, "h:4")),
            (() => _client.PromoteAsync(node), MembershipChange.None.Promote(node)),
            (() => _client.MoveAsync(node, "h:5"), MembershipChange.None.Move(node, "h:5")),
            (() => _client.RemoveMemberAsync(node), MembershipChange.None.Remove(node)),
            (() => _client.AddVoterAsync(node, "h:4", new LogIndex(9)), MembershipChange.None.AddVoter(node, "h:4").Expecting(new LogIndex(9))),
            (() => _client.RemoveMemberAsync(node, new LogIndex(0)), MembershipChange.None.Remove(node).Expecting(new LogIndex(0))),
        };
        foreach (var (ask, expected) in changes)
        {
            Assert.That((await ask()).IsDone, Is.True);
            Assert.That(_group.LastChange!.Steps, Is.EqualTo(expected.Steps));
            Assert.That(_group.LastChange.ExpectedVersion, Is.EqualTo(expected.ExpectedVersion));
        }
    }

    [Test]
    public async Task A_change_that_was_in_effect_already_says_so()
    {
        Assert.That((await _client.AddVoterAsync(new NodeId(4), "h:4")).Detail, Is.Empty);
        _group.Control = ControlResult.DoneBefore;

        var change = await _client.AddVoterAsync(new NodeId(4), "h:4");

        Assert.That(change, Is.EqualTo(new ChangeResult(ProposeStatus.Applied, RefusalReason.None, ControlResult.DoneBefore.Detail)));
    }

    [Test]
    public async Task Leadership_goes_to_the_member_that_is_named_or_to_the_best()
    {
        Assert.That((await _client.TransferLeadershipAsync(new NodeId(2))).IsDone, Is.True);
        Assert.That(_group.LastTarget, Is.EqualTo(new NodeId(2)));
        await _client.TransferLeadershipAsync(NodeId.None);
        Assert.That(_group.LastTarget, Is.EqualTo(NodeId.None));
    }

    [Test]
    public async Task A_change_that_timed_out_in_the_group_is_unknown()
    {
        _group.Control = new ControlResult(RefusalReason.TimedOut, "Not in time.");

        var change = await _client.RemoveMemberAsync(new NodeId(4));

        Assert.That((change.Status, change.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.TimedOut)));
    }

    [TestCase(RefusalReason.Busy)]
    [TestCase(RefusalReason.InvalidChange)]
    [TestCase(RefusalReason.NotCaughtUp)]
    [TestCase(RefusalReason.MembershipChanged)]
    [TestCase(RefusalReason.NotSupported)]
    public async Task A_refusal_of_the_group_arrives_as_it_is(RefusalReason reason)
    {
        _group.Control = new ControlResult(reason, "Because.");

        Assert.That(await _client.PromoteAsync(new NodeId(4)), Is.EqualTo(new ChangeResult(ProposeStatus.Refused, reason, "Because.")));
    }

    [Test]
    public async Task Every_event_arrives_as_it_was_sent()
    {
        var digest = new Digest([.. Enumerable.Range(0, Digest.Size).Select(value => (byte)value)]);
        ConsensusEvent[] sent =
        [
            new LeaderChanged(new NodeId(3), 8), new LeaderChanged(NodeId.None, 9), new RoleChanged(ReplicaRole.PreCandidate, 9),
            new MembershipChanged(Membership, new LogIndex(5)), new SnapshotTaken(new LogIndex(6), 1000), new SnapshotInstalled(new LogIndex(7), new NodeId(1)),
            new StateDiverged(new LogIndex(8), new NodeId(2), digest, default), new AcknowledgedEntriesLost(new NodeId(2), new LogIndex(8), new LogIndex(9)),
            new SnapshotPostponed("full"), new SnapshotUnreadable(new LogIndex(8), "rot"), new WritesSuspended("full"), new WritesResumed(),
            new EquivocationDetected(new NodeId(3), "prepare of block 5", digest), new MessageRejected(new NodeId(2), "byte 3", 5), new EventsLost(4),
            new TamperingDetected(new NodeId(3), "block 5"), new TimestampOutOfRange(new NodeId(2), new Timestamp(32503680000000), new Timestamp(5)), new PeerFlooding(new NodeId(2), 5), new EpochBegun(new Epoch(2), new Digest([.. Enumerable.Range(0, Digest.Size).Select(i => (byte)i)]), "pbft", new LogIndex(7)),
            new EpochDiverged(new Epoch(2), new NodeId(3), digest, default),
            new EpochEnded(new Epoch(2), "Pbft was ordered", EpochEndCause.Order), new ThreatLevelChanged(ThreatLevel.High, new NodeId(3), true), new ThreatLevelChanged(ThreatLevel.Low, new NodeId(3), false),
            new ReplicaStopped(ConsensusFailure.StorageFailed, "broken"),
        ];
        await using var events = _client.EventsAsync().GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync(), Is.True);
        Assert.That(events.Current.Status!.Status, Is.EqualTo(_group.Status));
        foreach (var happened in sent)
        {
            await _group.Events.Writer.WriteAsync(happened);
            await events.MoveNextAsync();
            Assert.That(events.Current.Happened, Is.EqualTo(happened));
        }

        Assert.That(sent.Select(happened => happened.GetType()).Distinct(), Is.EquivalentTo(typeof(ConsensusEvent).Assembly.GetTypes().Where(type => type.BaseType == typeof(ConsensusEvent))));
    }

    [Test]
    public async Task A_session_of_ones_own_can_be_opened() => Assert.That(await _client.OpenSessionAsync(), Is.EqualTo(new SessionResult(RefusalReason.None, new ClientId(12))));
}
