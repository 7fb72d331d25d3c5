using System.Buffers;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>The whole core of node 10 in an epoch of Raft, its disk, and messages as they come in: by what it ends the epoch, what it tells the others then, and what of it a restart leaves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RaftEndOfCoreTests
{
    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(new Lsn(100));
    private readonly Dictionary<ulong, byte[]> _disk = [];
    private readonly List<ConsensusEvent> _events = [];
    private readonly Ticks _now = new(1000);
    private HybridEngine _engine;
    private IProtocolCore _core;

    public RaftEndOfCoreTests() => (_engine, _core) = Start(Group.Disk([]));

    private IEnumerable<EndNotice> Notices => _effects.Messages.Select(sent => sent.Message).OfType<EndNotice>();

    private (EndReport? Report, EndCause? Cause) Saved => EpochSlots.ReadReport(_disk[EpochSlots.Report], _group.Members);

    [Test]
    public void Reports_of_f_and_one_end_the_epoch_and_that_is_told_when_it_is_on_disk()
    {
        Hear(20, new ThreatNotice(_group.First.Tag, Report(20, 40)));
        Assert.That(_disk, Does.Not.ContainKey(EpochSlots.Report), "one member's word");
        Hear(30, new ThreatNotice(_group.First.Tag, Report(30, 40)));

        var cause = new EndCause.ByReports([Report(20, 40), Report(30, 40)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Saved.Cause, Is.EqualTo(cause));
            Assert.That(Saved.Report!.DefectIn(_group.Know(_group.First)), Is.Null);
            Assert.That(_events.OfType<EpochEnded>(), Is.EqualTo(new[] { new EpochEnded(Epoch.Zero, "nodes 20, 30 report that node 40 lies", EpochEndCause.Reports) }));
            Assert.That(Notices, Is.Empty, "it is not on disk");
        }

        Turn(new LogDurable(_effects.LastLsn));
        Assert.That(Notices.Select(notice => notice.Cause), Is.EqualTo(new[] { cause, cause, cause }));
    }

    [Test]
    public void What_the_replica_has_seen_itself_counts_as_one_report()
    {
        Turn(new MessagesRejected(new NodeId(40), 6));
        Assert.That(_core.Status.Threat, Is.EqualTo(ThreatLevel.High));
        Assert.That(_disk, Does.Not.ContainKey(EpochSlots.Report));
        Hear(30, new ThreatNotice(_group.First.Tag, Report(30, 40)));

        Assert.That(Saved.Cause!.Reason, Is.EqualTo("nodes 10, 30 report that node 40 lies"));
        Assert.That(Saved.Cause.DefectIn(_group.Know(_group.First, 20)), Is.Null);
    }

    [Test]
    public void Evidence_ends_the_epoch_and_is_kept()
    {
        var evidence = _group.Evidence(40);
        Hear(20, new EvidenceNotice(_group.First.Tag, evidence));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Saved.Cause!.ToBytes(), Is.EqualTo(new EndCause.ByEvidence(evidence).ToBytes()));
            Assert.That(_effects.Evidence.Select(kept => kept.ComputeDigest()), Is.EqualTo(new[] { evidence.ComputeDigest() }));
            Assert.That(_core.Status.Threat, Is.EqualTo(ThreatLevel.Critical));
        }
    }

    [Test]
    public void Whoever_sees_the_cause_by_which_another_one_has_ends_the_epoch_by_it()
    {
        var cause = new EndCause.ByReports([Report(20, 40), Report(30, 40)]);
        Hear(20, new EndNotice(Lsn.Zero, _group.First.Tag, cause));

        Assert.That(Saved.Cause, Is.EqualTo(cause));
    }

    [Test]
    public void Without_a_cause_so_many_must_have_ended_it_that_one_of_them_does_not_lie()
    {
        Hear(40, new EndNotice(Lsn.Zero, _group.First.Tag, null));
        Hear(40, new EndNotice(Lsn.Zero, _group.First.Tag, null));
        Assert.That(_disk, Does.Not.ContainKey(EpochSlots.Report));
        Hear(30, new EndNotice(Lsn.Zero, _group.First.Tag, null));

        Assert.That(Saved.Cause, Is.Null);
        Assert.That(_events.OfType<EpochEnded>().Single().Reason, Is.EqualTo("nodes 30, 40 have"));
    }

    [Test]
    public void Why_it_has_ended_the_epoch_a_replica_knows_after_a_restart([Values(1, 2, 3)] int kind)
    {
        var cause = kind switch
        {
            1 => (EndCause)new EndCause.ByOrder(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator)),
            2 => new EndCause.ByEvidence(_group.Evidence(40)),
            _ => new EndCause.ByReports([Report(20, 40), Report(30, 40)]),
        };
        Hear(20, new EndNotice(Lsn.Zero, _group.First.Tag, cause));
        Assert.That(Saved.Cause!.ToBytes(), Is.EqualTo(cause.ToBytes()));
        _events.Clear();

        (_engine, _core) = Start(Group.Disk([], [.. _disk.Select(slot => (slot.Key, slot.Value))]));
        _effects.Clear();
        Turn();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Notices.Select(notice => notice.Cause?.Reason), Is.EqualTo(Enumerable.Repeat(cause.Reason, 3)));
            Assert.That(_events.OfType<EpochEnded>(), Is.Empty, "it was told when it was ended");
        }
    }

    [Test]
    public void A_report_on_disk_without_a_cause_is_read_as_one()
    {
        Hear(40, new EndNotice(Lsn.Zero, _group.First.Tag, null));
        Hear(30, new EndNotice(Lsn.Zero, _group.First.Tag, null));
        var found = new RecoveredEpochs(_group.First, Group.Disk([], [.. _disk.Select(slot => (slot.Key, slot.Value))]));

        Assert.That(found.Report!.ToBytes(), Is.EqualTo(Saved.Report!.ToBytes()));
        Assert.That(found.Cause, Is.Null);
    }

    private SignedThreatReport Report(uint reporter, uint accused) =>
        SignedThreatReport.Give(_group.Know(_group.First), new ThreatReport(new NodeId(reporter), new NodeId(accused), ThreatLevel.High, 1), _group.Keys.Signer(reporter));

    private (HybridEngine Engine, IProtocolCore Core) Start(RecoveredState disk)
    {
        var voters = new ClusterMembership([.. _group.Members.Members.Select(member => new Member(member.Id, $"n{member.Id}"))], []);
        var engine = _group.Engine();
        return (engine, engine.CreateCore(new CoreContext { Self = new NodeId(10), Epoch = Epoch.Zero, Seed = 1, Now = _now, Recovered = disk with { Bootstrap = voters } }));
    }

    /// <summary>A member sends a message, which is read and checked as any.</summary>
    private void Hear(uint from, ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _group.Engine(from).Codec.Encode(message, buffer);
        Assert.That(new MessageIngress(_engine.Codec, _engine.Verifier).TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        Turn(input!);
    }

    private void Turn(params Input[] inputs)
    {
        _effects.Clear();
        _core.BeginTurn(_now, new Timestamp(1_000_000));
        Array.ForEach(inputs, input => _core.Step(_now, input, _effects));
        _core.EndTurn(_now, _effects);
        foreach (var record in _effects.Records.Where(record => record.Kind == LogRecordKind.Slot))
        {
            _disk[record.Slot] = record.Value.ToArray();
        }

        _events.AddRange(_effects.Events);
    }
}
