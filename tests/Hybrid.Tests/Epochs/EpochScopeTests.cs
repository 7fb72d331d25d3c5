namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EpochScopeTests
{
    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly EpochDescriptor _epoch;
    private readonly EpochScope _scope;

    public EpochScopeTests()
    {
        _epoch = Group.Ending(_group.First).Next;
        _scope = new EpochScope(_group.Know(_epoch), _group.Keys, LogPosition.Origin, default);
        _effects.Enter(_scope);
    }

    // Pitfall S3.
    [Test]
    public void Nothing_behind_a_seal_reaches_the_state_machine()
    {
        var seal = Seal(2, SealOrder.Give(_epoch, new NextEpoch(EpochProtocol.HotStuff), _group.Operator));
        Commit(Command(1), seal, Command(3), Command(4));
        Commit(Command(5));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Committed, Is.EqualTo(new ulong[] { 1, 2 }));
            Assert.That(_scope.Handed, Is.EqualTo(Group.At(seal)));
            Assert.That(_scope.Seal!.Value.Entry, Is.EqualTo(seal));
            Assert.That(_scope.Seal.Value.Order.Next.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
            Assert.That(_scope.Stop, Is.EqualTo(new LogIndex(2)));
        }
    }

    [Test]
    public void The_first_of_two_seals_ends_the_epoch()
    {
        Commit(Seal(1, SealOrder.Give(_epoch, new NextEpoch(EpochProtocol.HotStuff), _group.Operator)), Seal(2, SealOrder.Give(_epoch, new NextEpoch(EpochProtocol.Pbft), _group.Operator)));

        Assert.That(_scope.Seal!.Value.Order.Next.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
        Assert.That(Committed, Is.EqualTo(new ulong[] { 1 }));
    }

    private static IEnumerable<TestCaseData> Void
    {
        get
        {
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => Payload(SealOrder.Give(epoch, new NextEpoch(EpochProtocol.Raft), group.Operator).ToBytes())).SetName("Back_to_Raft_without_a_quorum");
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => Payload(SealOrder.Give(group.First, new NextEpoch(EpochProtocol.HotStuff), group.Operator).ToBytes())).SetName("Of_another_epoch");
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => Payload((SealOrder.Give(group.First, new NextEpoch(EpochProtocol.HotStuff), group.Operator) with { Ends = epoch.Id }).ToBytes())).SetName("Said_again");
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => Payload(SealOrder.Give(epoch, new NextEpoch(EpochProtocol.HotStuff), group.Keys.Signer(10)).ToBytes())).SetName("Of_a_member");
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => Payload([1, 2, 3])).SetName("Of_other_bytes");
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => Payload(SealOrder.Give(epoch, new NextEpoch(EpochProtocol.HotStuff), group.Operator).ToBytes(), CommandKind.Command)).SetName("In_a_command");
            yield return new TestCaseData((Group group, EpochDescriptor epoch) => new[] { (byte)CommandKind.Seal }).SetName("In_no_envelope");
        }
    }

    // Pitfalls S5 and S9.
    [TestCaseSource(nameof(Void))]
    public void A_void_seal_ends_nothing(Func<Group, EpochDescriptor, byte[]> payload)
    {
        Commit(Group.Entry(1, payload(_group, _epoch)), Command(2));

        Assert.That(_scope.Seal, Is.Null);
        Assert.That(Committed, Is.EqualTo(new ulong[] { 1, 2 }));
    }

    [Test]
    public void An_order_in_an_entry_that_is_no_command_ends_nothing()
    {
        var seal = Seal(1, SealOrder.Give(_epoch, new NextEpoch(EpochProtocol.HotStuff), _group.Operator));

        Commit(seal with { Kind = EntryKind.Block }, Command(2));

        Assert.That(_scope.Seal, Is.Null);
    }

    [Test]
    public void What_the_state_machine_has_is_not_handed_over_again()
    {
        var handed = new EpochScope(_group.Know(_epoch), _group.Keys, Group.At(Command(2)), default);
        _effects.Enter(handed);

        Commit(Command(1), Command(2), Command(3));

        Assert.That(Committed, Is.EqualTo(new ulong[] { 3 }));
    }

    [Test]
    public void Where_the_end_is_known_from_others_nothing_behind_it_is_handed_over()
    {
        _scope.Stop = new LogIndex(2);

        Commit(Command(1), Command(2), Command(3));

        Assert.That(Committed, Is.EqualTo(new ulong[] { 1, 2 }));
    }

    [Test]
    public void Slots_are_marked_with_the_epoch_and_those_of_another_are_told_apart()
    {
        _effects.Save(3, new byte[] { 1 });
        _scope.Recover([5]);
        var slot = _effects.Records.Single().Slot;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(slot, Is.EqualTo(EpochSlots.OfEngine(new Epoch(1), 3)).And.Not.EqualTo(EpochSlots.OfEngine(new Epoch(0), 3)).And.Not.EqualTo(3));
            Assert.That(_scope.Slots, Is.EquivalentTo(new[] { slot, EpochSlots.OfEngine(new Epoch(1), 5) }), "so that they can be removed with the epoch");
            Assert.That(EpochSlots.IsOfOtherEngine(slot, new Epoch(1)), Is.False);
            Assert.That(EpochSlots.IsOfOtherEngine(slot, new Epoch(0)), Is.True);
            Assert.That(EpochSlots.IsOfOtherEngine(EpochSlots.Ended, new Epoch(1)), Is.False);
            Assert.That(EpochSlots.IsOfOtherEngine(EpochSlots.Beginning(new Epoch(3)), new Epoch(1)), Is.False);
            Assert.That(EpochSlots.OfEngine(new Epoch(1), EmptyDiskWith(slot).Slots), Contains.Key(3UL));
            Assert.That(EpochSlots.OfEngine(new Epoch(0), EmptyDiskWith(slot).Slots), Is.Empty);
        }
    }

    [Test]
    public void Messages_are_marked_with_the_epoch_and_a_promise_stays_one()
    {
        var promise = new SomePromise(new Lsn(7));

        _effects.Send(new NodeId(20), promise);
        _effects.Send(new NodeId(20), new StateFetchTests.SomeMessage());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Messages[0].Message, Is.EqualTo(new Messages.EpochPromise(_epoch.Tag, promise)));
            Assert.That(((PromiseMessage)_effects.Messages[0].Message).AfterLsn, Is.EqualTo(new Lsn(7)));
            Assert.That(_effects.Messages[1].Message, Is.TypeOf<Messages.EpochMessage>().With.Property(nameof(Messages.EpochMessage.Epoch)).EqualTo(_epoch.Tag));
        }
    }

    [Test]
    public void The_snapshot_of_the_beginning_is_kept_beside_those_of_the_engine()
    {
        var beginning = Snapshots.Of(1);
        _effects.KeepSnapshots([Snapshots.Of(5)]);
        var all = _scope.OnBeginningSaved(beginning);
        _effects.KeepSnapshots([Snapshots.Of(9)]);

        Assert.That(all, Is.EqualTo(new[] { Snapshots.Of(5), beginning }));
        Assert.That(_effects.Kept, Is.EqualTo(new[] { Snapshots.Of(9), beginning }));
    }

    [Test]
    public void Of_refusals_only_that_of_the_desks_own_proposal_does_not_reach_callers()
    {
        _effects.Refuse(SealDesk.Ticket, RefusalReason.NoLeader);
        _effects.Refuse(new Ticket(4), RefusalReason.NoLeader);

        Assert.That(_effects.Refusals.Select(refusal => refusal.Ticket), Is.EqualTo(new[] { new Ticket(4) }));
    }

    private static byte[] Payload(byte[] order, CommandKind kind = CommandKind.Seal)
    {
        var payload = new byte[CommandEnvelope.HeaderSize + order.Length];
        CommandEnvelope.WriteHeader(payload, kind, new RequestId(new ClientId(10), 1), 0);
        order.CopyTo(payload, CommandEnvelope.HeaderSize);
        return payload;
    }

    private static LogEntry Seal(ulong index, SealOrder order) => Group.Entry(index, Payload(order.ToBytes()));

    private static LogEntry Command(ulong index) => Group.Entry(index, Payload([(byte)index], CommandKind.Command));

    private static RecoveredState EmptyDiskWith(ulong slot) => Group.Disk([], (slot, [1]));

    private IEnumerable<ulong> Committed => _effects.Committed.Select(entry => entry.Index.Value);

    private void Commit(params LogEntry[] entries) => Array.ForEach(entries, entry => _effects.Commit(entry));

    private sealed record SomePromise(Lsn After) : PromiseMessage(After);
}
