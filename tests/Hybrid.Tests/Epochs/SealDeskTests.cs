using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class SealDeskTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly SealDesk _desk;
    private readonly ReturnDesk _returns;
    private Ticks _now = new(1000);
    private LogIndex _logEnd = new(7);
    private Timestamp _logTime = new(1_000_000);
    private EpochDescriptor? _epoch;
    private EscalationDecision _decision = new(EscalationVerdict.MayReturn, [], "");

    public SealDeskTests()
    {
        _returns = new ReturnDesk(_group.Identity(10));
        _desk = new SealDesk(_group.Identity(10), _returns);
    }

    [Test]
    public void Without_an_order_nothing_is_proposed()
    {
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void Bytes_that_are_no_order_are_refused()
    {
        Bring(1, [1, 2, 3]);

        AssertAnswered((1, RefusalReason.InvalidChange, "It is no order to end an epoch"));
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void An_order_that_ends_nothing_is_refused_with_the_reason()
    {
        Bring(1, SealOrder.Give(Group.Ending(_group.First).Next, new NextEpoch(EpochProtocol.Pbft), _group.Operator).ToBytes());
        Bring(2, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Keys.Signer(10)).ToBytes());
        Bring(3, (SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator) with { Next = new NextEpoch(EpochProtocol.HotStuff) }).ToBytes());
        Bring(4, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft) { Members = NextMembers.Of(new uint[] { 10, 20, 50, 60 }.Select(id => new EpochMember(new NodeId(id), _group.Keys.Signer(id).PublicKey, $"node-{id}"))) }, _group.Operator).ToBytes());

        AssertAnswered(
            (1, RefusalReason.OtherEpoch, "It is about the epoch"),
            (2, RefusalReason.NotFromOperator, "none of the 1 keys"),
            (3, RefusalReason.NotFromOperator, "did not sign it."),
            (4, RefusalReason.InvalidChange, "at least 3 must"));
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
    }

    [Test]
    public void Members_that_may_not_follow_are_refused_with_the_reason()
    {
        var members = NextMembers.Of(((uint[])[10, 20, 50, 60]).Select(id => new EpochMember(new NodeId(id), _group.Keys.Signer(id).PublicKey, $"node-{id}")));

        Bring(1, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft) { Members = members }, _group.Operator).ToBytes());

        AssertAnswered((1, RefusalReason.InvalidChange, "Change fewer at once."));
    }

    [Test]
    public void Settings_rules_and_operators_that_may_not_follow_are_refused_with_the_reason()
    {
        NextEpoch[] wishes =
        [
            new(EpochProtocol.Pbft) { Settings = new EpochSettings { WindowBlocks = 100, CheckpointBlocks = 51 } },
            new(EpochProtocol.Pbft) { Rules = new EpochRules { EscalationTarget = EpochProtocol.Raft } },
            new(EpochProtocol.Pbft) { Operators = NextOperators.Of([]) },
            new(EpochProtocol.Pbft) { Operators = NextOperators.Of(Enumerable.Range(1000, 65).Select(i => _group.Keys.Signer((uint)i).PublicKey)) },
        ];
        foreach (var (i, wish) in wishes.Index())
        {
            Bring((uint)i + 1, SealOrder.Give(_group.First, wish, _group.Operator).ToBytes());
        }

        AssertAnswered(
            (1, RefusalReason.InvalidChange, "WindowBlocks is 100; allowed: at least twice CheckpointBlocks (51)"),
            (2, RefusalReason.InvalidChange, "must survive liars"),
            (3, RefusalReason.InvalidChange, "0 keys of operators are listed; allowed: 1 to 64"),
            (4, RefusalReason.InvalidChange, "65 keys of operators are listed; allowed: 1 to 64"));
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
    }

    [Test]
    public void An_order_is_proposed_until_the_epoch_has_ended()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator);
        Bring(1, order.ToBytes());
        Assert.That(_desk.Deadline, Is.EqualTo(_now));

        var requests = new List<RequestId>();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
            Assert.That(proposal.Ticket, Is.EqualTo(SealDesk.Ticket));
            Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
            Assert.That(envelope.Kind, Is.EqualTo(CommandKind.Seal));
            Assert.That(SealOrder.TryRead(envelope.Body.ToArray()), Is.EqualTo(order));
            requests.Add(envelope.Request);
            Assert.That(_desk.TryPropose(_now + (Interval - TimeSpan.FromTicks(1)), _logTime, out _), Is.False);
            _now += Interval;
            Assert.That(_desk.Deadline, Is.EqualTo(_now));
        }

        Assert.That(requests, Is.Unique, "an engine that has seen a request refuses it");
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Assert.That(_desk.TryPropose(_now + Interval, _logTime, out _), Is.False);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void Whoever_asked_for_the_epoch_that_begins_has_it_and_others_hear_which_one_it_is()
    {
        Bring(1, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator).ToBytes());
        Bring(2, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator).ToBytes());
        Bring(3, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft) { Settings = new EpochSettings { TermViews = 8 }, Rules = new EpochRules { ReturnsAlone = true }, Operators = NextOperators.Of([_group.Operator.PublicKey]) }, _group.Operator).ToBytes());
        Assert.That(_effects.Controls, Is.Empty);

        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);

        AssertAnswered(
            (1, default, ""),
            (2, RefusalReason.OtherEpoch, "Epoch 1 has begun by another order, with Pbft; other than this one wants: protocol."),
            (3, RefusalReason.OtherEpoch, "Epoch 1 has begun by another order, with Pbft; other than this one wants: settings, rules."));
        Assert.That(_effects.Controls[0].Result.IsDone, Is.True);
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Assert.That(_effects.Controls, Has.Count.EqualTo(3), "once");
    }

    [Test]
    public void An_epoch_that_was_skipped_is_not_taken_for_the_one_asked_for()
    {
        Bring(1, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator).ToBytes());

        _desk.OnBegun(Group.Ending(Group.Ending(_group.First).Next).Next, _effects);

        AssertAnswered((1, RefusalReason.TimedOut, "Epoch 2 runs by now; whether this order has ended the epoch before last"));
    }

    [Test]
    public void An_order_that_has_taken_effect_is_done_and_one_that_would_have_had_another_is_refused()
    {
        var next = Group.Ending(_group.First).Next;
        _desk.OnRequested(new SealRequested(new Ticket(1), SealOrder.Give(_group.First, new NextEpoch(next.Protocol), _group.Operator).ToBytes()), next, () => _decision, _now, _effects);
        _desk.OnRequested(new SealRequested(new Ticket(2), SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator).ToBytes()), next, () => _decision, _now, _effects);

        AssertAnswered((1, RefusalReason.None, "It was so already"), (2, RefusalReason.OtherEpoch, "It is about the epoch"));
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void Only_the_order_that_has_begun_the_epoch_is_done_before()
    {
        var next = Group.Ending(_group.First).Next;
        SealOrder[] others =
        [
            SealOrder.Give(new SigningDomain(Group.Cluster, Epoch.Zero, FakeKeys.Hash(9)), new NextEpoch(next.Protocol), _group.Operator),
            SealOrder.Give(next, new NextEpoch(next.Protocol), _group.Operator),
        ];
        foreach (var order in others)
        {
            _desk.OnRequested(new SealRequested(new Ticket(1), order.ToBytes()), next, () => _decision, _now, _effects);
        }

        Bring(2, SealOrder.Give(new SigningDomain(Group.Cluster, Epoch.Zero, default), new NextEpoch(_group.First.Protocol), _group.Operator).ToBytes());

        AssertAnswered((1, RefusalReason.OtherEpoch, "It is about the epoch"), (2, RefusalReason.OtherEpoch, "It is about the epoch"));
        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True, "an engine may follow itself");
        Assert.That(OrderIn(proposal), Is.EqualTo(others[1]));
    }

    [Test]
    public void Whoever_asked_for_another_engine_than_liars_have_caused_is_told_that_they_have()
    {
        Bring(1, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator).ToBytes());

        _desk.OnBegun(_group.First.Escalated(Group.Position(7), new Timestamp(5)), _effects);

        AssertAnswered((1, RefusalReason.OtherEpoch, "Epoch 1 has begun because of members that lie, with Pbft."));
    }

    [Test]
    public void From_raft_and_between_the_others_nobody_is_asked()
    {
        Bring(1, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Raft), _group.Operator).ToBytes());
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.True);
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Begin(EpochProtocol.Pbft);
        Bring(2, SealOrder.Give(_epoch!, new NextEpoch(EpochProtocol.HotStuff), _group.Operator).ToBytes());

        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.True);
        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void The_replica_s_own_wish_is_proposed_and_ends_with_the_epoch()
    {
        _desk.Order(_group.First, EpochProtocol.Pbft, _now);
        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        Assert.That(SealOrder.TryRead(envelope.Body.ToArray())!.Operator, Is.EqualTo(_group.Keys.Signer(10).PublicKey));

        _desk.Order(_group.First, EpochProtocol.Pbft, _now);
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False, "the same wish again is not proposed more often");

        Begin(EpochProtocol.Pbft);
        _desk.OnBegun(_epoch!, _effects);
        Assert.That(_desk.TryPropose(_now + Interval, _logTime, out _), Is.False);
        Bring(1, Return().ToBytes());
        Assert.That(_desk.TryPropose(_now + Interval, _logTime, out _), Is.False, "nor when there is something else to propose that is not ready");
    }

    // The log's time stands still as long as nobody has a command: it says how old the consent is.
    // The wish is of this replica; the caller waits for his own order.
    private void Begin(EpochProtocol protocol)
    {
        _epoch = Group.Ending(_group.First, protocol).Next;
        _returns.BeginEpoch(_group.Know(_epoch));
    }

    private void Question(SealOrder order) => _returns.OnRequest(new NodeId(20), new ReturnRequest(_epoch!.Tag, order), () => _decision, _logTime, _now, _effects);

    /// <summary>Something is ordered, and members are asked.</summary>
    private void Ask()
    {
        Advance();
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.True);
        _now += Interval;
        _logEnd = _logEnd.Next;
        Advance();
    }

    private void Advance() => _desk.Advance(_now, _logEnd, _logTime, _ => _decision, _effects);

    /// <summary>The order, as members are asked about it behind the next entry.</summary>
    private SealOrder Asked() => Return() with { AskedAt = _logTime };

    private SealOrder Return() => SealOrder.Give(_epoch!, new NextEpoch(EpochProtocol.Raft), _group.Operator);

    private void Agree(uint node) => _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, Asked(), Asked().ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));

    private void Disagree(uint node) => _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, Asked(), default, "Stay."));

    private void Bring(ulong ticket, byte[] order) => _desk.OnRequested(new SealRequested(new Ticket(ticket), order), _epoch ?? _group.First, () => _decision, _now, _effects);

    private static SealOrder OrderIn(Proposal proposal) =>
        CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope) && SealOrder.TryRead(envelope.Body.ToArray()) is { } order ? order : throw new AssertionException("no order was proposed");

    private void AssertAnswered(params (ulong Ticket, RefusalReason Reason, string Part)[] answers)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Controls, Has.Count.EqualTo(answers.Length));
            foreach (var (control, (ticket, reason, part)) in _effects.Controls.Zip(answers))
            {
                Assert.That((control.Ticket.Value, control.Result.Refusal), Is.EqualTo((ticket, reason)));
                Assert.That(control.Result.Detail ?? "", Does.Contain(part));
            }
        }
    }
}
