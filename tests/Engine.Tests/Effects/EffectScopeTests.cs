namespace Consensus.Engine.Tests.Effects;

/// <summary>Effects of a core that another one runs.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EffectScopeTests
{
    private static readonly NodeId Peer = new(2);

    private readonly EffectBuffer _effects = new(new Lsn(4));

    [Test]
    public void What_the_inner_core_wants_goes_through_its_scope()
    {
        _effects.Enter(new Scope());
        DoAll();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Records.Single().Slot, Is.EqualTo(1003));
            Assert.That(_effects.Messages.Single().Message, Is.EqualTo(new Wrapped(new Some())));
            Assert.That(_effects.Committed.Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 1 }));
            Assert.That(_effects.Events, Is.Empty);
            Assert.That(_effects.Refusals.Select(refusal => refusal.Ticket.Value), Is.EqualTo(new ulong[] { 2 }));
            Assert.That(_effects.Kept, Has.Count.EqualTo(2));
            Assert.That(_effects.CompactUpTo, Is.EqualTo(new LogIndex(7)));
            Assert.That(_effects.LastLsn, Is.EqualTo(new Lsn(5)), "positions go on");
        }
    }

    [Test]
    public void What_the_outer_core_wants_stays_as_it_is()
    {
        _effects.Enter(new Scope());
        _effects.Leave();
        DoAll();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Records.Single().Slot, Is.EqualTo(3));
            Assert.That(_effects.Messages.Single().Message, Is.EqualTo(new Some()));
            Assert.That(_effects.Committed, Has.Count.EqualTo(2));
            Assert.That(_effects.Events, Has.Count.EqualTo(1));
            Assert.That(_effects.Refusals, Has.Count.EqualTo(2));
            Assert.That(_effects.Kept, Has.Count.EqualTo(1));
            Assert.That(_effects.CompactUpTo, Is.EqualTo(new LogIndex(9)));
        }
    }

    [Test]
    public void The_scope_hears_of_a_snapshot_before_the_entries_behind_it()
    {
        var scope = new Scope();
        var snapshot = TestEntries.Snapshot(7, default);
        _effects.Enter(scope);
        _effects.InstallSnapshot(snapshot);

        Assert.That(scope.Installed, Is.EqualTo(snapshot.Position));
    }

    private void DoAll()
    {
        _effects.Save(3, new byte[] { 1 });
        _effects.Send(Peer, new Some());
        _effects.Commit(TestEntries.Entry(1));
        _effects.Commit(TestEntries.Entry(2));
        _effects.Raise(new LeaderChanged(Peer, 1));
        _effects.Refuse(new Ticket(1), RefusalReason.NoLeader);
        _effects.Refuse(new Ticket(2), RefusalReason.NoLeader);
        _effects.KeepSnapshots([TestEntries.Snapshot(1, default)]);
        _effects.Compact(new LogIndex(9));
    }

    private sealed record Some : ProtocolMessage;

    private sealed record Wrapped(ProtocolMessage Content) : ProtocolMessage;

    private sealed class Scope : IEffectScope
    {
        public ulong SlotOf(ulong slot) => 1000 + slot;

        public ProtocolMessage Envelop(ProtocolMessage message) => new Wrapped(message);

        public LogPosition Installed { get; private set; }

        public void OnInstalled(SnapshotDescriptor snapshot) => Installed = snapshot.Position;

        public bool Passes(in LogEntry committed) => committed.Index.Value == 1;

        public bool Passes(ConsensusEvent happening) => happening is not LeaderChanged;

        public bool Passes(Ticket refused) => refused.Value == 2;

        public IReadOnlyList<SnapshotDescriptor> Keeping(IReadOnlyList<SnapshotDescriptor> snapshots) => [.. snapshots, TestEntries.Snapshot(9, default)];

        public LogIndex CompactTo(LogIndex index) => index - 2;
    }
}
