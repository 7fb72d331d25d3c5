using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SealDeskTests
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
        Bring(1, SealOrder.Give(Group.Ending(_group.First).Next, EpochProtocol.Pbft, _group.Operator).ToBytes());
        Bring(2, SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Keys.Signer(10)).ToBytes());
        Bring(3, (SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator) with { Protocol = EpochProtocol.HotStuff }).ToBytes());
        Bring(4, SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator, NextMembers.Of(new uint[] { 10, 20, 50, 60 }.Select(id => new EpochMember(new NodeId(id), _group.Keys.Signer(id).PublicKey, $"node-{id}")))).ToBytes());

        AssertAnswered(
            (1, RefusalReason.OtherEpoch, "It is about the epoch"),
            (2, RefusalReason.NotFromOperator, "none of the 1 keys"),
            (3, RefusalReason.NotFromOperator, "did not sign it."),
            (4, RefusalReason.InvalidChange, "at least 3 must"));
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
    }

    [Test]
    public void An_order_is_proposed_until_the_epoch_has_ended()
    {
        var order = SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator);
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
        Bring(1, SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator).ToBytes());
        Bring(2, SealOrder.Give(_group.First, EpochProtocol.HotStuff, _group.Operator).ToBytes());
        Assert.That(_effects.Controls, Is.Empty);

        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);

        AssertAnswered((1, default, ""), (2, RefusalReason.OtherEpoch, "Epoch 1 has begun by another order, with Pbft."));
        Assert.That(_effects.Controls[0].Result.IsDone, Is.True);
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Assert.That(_effects.Controls, Has.Count.EqualTo(2), "once");
    }

    [Test]
    public void An_epoch_that_was_skipped_is_not_taken_for_the_one_asked_for()
    {
        Bring(1, SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator).ToBytes());

        _desk.OnBegun(Group.Ending(Group.Ending(_group.First).Next).Next, _effects);

        AssertAnswered((1, RefusalReason.TimedOut, "Epoch 2 runs by now; whether this order has ended the epoch before last"));
    }

    [Test]
    public void An_order_that_has_taken_effect_is_done_and_one_that_would_have_had_another_is_refused()
    {
        var next = Group.Ending(_group.First).Next;
        _desk.OnRequested(new SealRequested(new Ticket(1), SealOrder.Give(_group.First, next.Protocol, _group.Operator).ToBytes()), next, () => _decision, _now, _effects);
        _desk.OnRequested(new SealRequested(new Ticket(2), SealOrder.Give(_group.First, EpochProtocol.HotStuff, _group.Operator).ToBytes()), next, () => _decision, _now, _effects);

        AssertAnswered((1, RefusalReason.None, "It was so already"), (2, RefusalReason.OtherEpoch, "It is about the epoch"));
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void An_order_back_to_raft_is_refused_where_this_replica_sees_reason_against_it()
    {
        Begin(EpochProtocol.Pbft);
        _decision = new(EscalationVerdict.Stay, [], "Stay: it is not quiet.");

        Bring(1, Return().ToBytes());

        AssertAnswered((1, RefusalReason.ReturnHeldUp, "Stay: it is not quiet."));
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void An_order_back_to_raft_is_proposed_with_the_consent_of_a_quorum_and_not_before()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        Assert.That(_effects.Messages.Select(sent => (sent.To.Value, ((ReturnRequest)sent.Message).Order)), Is.EqualTo(new[] { (20u, Asked()), (30u, Asked()), (40u, Asked()) }));

        Agree(20);
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False, "two of four");
        Agree(20);
        _now += Interval;
        _effects.Clear();
        Advance();
        Assert.That(_effects.Messages.Select(sent => sent.To.Value), Is.EqualTo(new[] { 30u, 40u }), "those are asked again");
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False, "one who agrees twice is one");

        Agree(40);
        _now += Interval;
        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        var proposed = SealOrder.TryRead(envelope.Body.ToArray());
        Assert.That(proposed!.Consents.Select(consent => consent.Member.Value), Is.EqualTo(new[] { 10u, 20u, 40u }));
        Assert.That(proposed.DefectAsEndOf(_epoch!, _logTime, _group.Keys), Is.Null);
        Assert.That(Asked().DefectAsEndOf(_epoch!, _logTime, _group.Keys), Does.StartWith("It has the consent of 0 members"));
    }

    [Test]
    public void So_many_who_do_not_agree_that_there_is_no_quorum_are_told_to_the_caller()
    {
        Begin(EpochProtocol.HotStuff);
        Bring(1, Return().ToBytes());
        Ask();

        _returns.OnAnswer(new NodeId(30), new ReturnAnswer(_epoch!.Tag, Asked(), default, "Stay: one."));
        Advance();
        Assert.That(_effects.Controls, Is.Empty, "three may agree yet");
        _returns.OnAnswer(new NodeId(40), new ReturnAnswer(_epoch.Tag, Asked(), default, "Stay: two."));
        Advance();

        AssertAnswered((1, RefusalReason.ReturnHeldUp, "Node 30: Stay: one. Node 40: Stay: two."));
    }

    [Test]
    public void From_raft_and_between_the_others_nobody_is_asked()
    {
        Bring(1, SealOrder.Give(_group.First, EpochProtocol.Raft, _group.Operator).ToBytes());
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.True);
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Begin(EpochProtocol.Pbft);
        Bring(2, SealOrder.Give(_epoch!, EpochProtocol.HotStuff, _group.Operator).ToBytes());

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

        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Assert.That(_desk.TryPropose(_now + Interval, _logTime, out _), Is.False);
    }

    [Test]
    public void A_wish_that_is_withdrawn_leaves_nothing_that_is_due()
    {
        Begin(EpochProtocol.Pbft);
        _desk.Order(_epoch!, EpochProtocol.Raft, _now);
        Ask();
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);

        _desk.Withdraw();
        _now += Interval;
        Advance();
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
        Assert.That(_desk.Deadline + Interval, Is.EqualTo(_now + SealOrder.ConsentLife), "its own consent is to lapse");

        _now = _desk.Deadline;
        _logTime = new Timestamp(_logTime.UnixMilliseconds + 61_000);
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    // The log's time stands still as long as nobody has a command: it says how old the consent is.
    [Test]
    public void Members_are_asked_behind_an_entry_that_is_new()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Advance();
        Assert.That(_effects.Messages, Is.Empty);
        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope) && envelope.Body.IsEmpty, Is.True, "something void");
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False, "once");

        _now += Interval;
        Advance();
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.True, "it may have been lost");

        _now += Interval;
        (_logEnd, _logTime) = (_logEnd.Next, new Timestamp(_logTime.UnixMilliseconds + 5_000));
        Advance();
        Assert.That(_effects.Messages.Select(sent => ((ReturnRequest)sent.Message).Order.AskedAt).Distinct(), Is.EqualTo(new[] { _logTime }));
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
    }

    [Test]
    public void Consent_lapses_by_the_log_s_time()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        Agree(20);
        Agree(30);
        _now += Interval;
        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        var proposed = SealOrder.TryRead(envelope.Body.ToArray())!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(proposed.DefectAsEndOf(_epoch!, new Timestamp(_logTime.UnixMilliseconds + 60_000), _group.Keys), Is.Null);
            Assert.That(proposed.DefectAsEndOf(_epoch!, new Timestamp(_logTime.UnixMilliseconds + 60_001), _group.Keys), Is.EqualTo("Members were asked 60001 ms before, by the log's time; their consent lasts for 1m."));
            Assert.That((proposed with { AskedAt = new Timestamp(_logTime.UnixMilliseconds + 1) }).DefectAsEndOf(_epoch!, _logTime, _group.Keys), Is.EqualTo("Node 10 did not agree to it."));
        }
    }

    [Test]
    public void Who_has_agreed_lets_the_log_s_time_move_when_consent_is_to_lapse()
    {
        Begin(EpochProtocol.Pbft);
        Question(Asked());
        Assert.That(_effects.Messages, Has.Count.EqualTo(1));
        Assert.That(_desk.Deadline, Is.EqualTo(_now + SealOrder.ConsentLife));

        var pushes = 0;
        for (var turn = 0; turn < 100 && _desk.Deadline != Ticks.Never; turn++)
        {
            _now = _desk.Deadline;
            pushes += _desk.TryPropose(_now, _logTime, out _) ? 1 : 0;
        }

        Assert.That(pushes, Is.EqualTo(9), "and not for ever");
    }

    [Test]
    public void When_it_takes_long_all_are_asked_anew_unless_it_is_not_quiet_any_more()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        Agree(20);
        (_now, _logEnd, _logTime) = (_now + TimeSpan.FromSeconds(20), _logEnd.Next, new Timestamp(_logTime.UnixMilliseconds + 20_000));
        _effects.Clear();
        Ask();
        Assert.That(_effects.Messages.Select(sent => (sent.To.Value, ((ReturnRequest)sent.Message).Order.AskedAt)), Is.EqualTo(new[] { (20u, _logTime), (30u, _logTime), (40u, _logTime) }));

        _decision = new(EscalationVerdict.Stay, [], "Stay: it is not quiet.");
        _now += TimeSpan.FromSeconds(20);
        Ask();
        AssertAnswered((1, RefusalReason.ReturnHeldUp, "Stay: it is not quiet."));
    }

    [TestCase(61_000)]
    [TestCase(-61_000)]
    public void A_question_from_another_time_is_not_answered(int away)
    {
        Begin(EpochProtocol.Pbft);
        Question(Asked() with { AskedAt = new Timestamp(_logTime.UnixMilliseconds + away) });
        Assert.That(_effects.Messages, Is.Empty);
        Question(Asked() with { AskedAt = new Timestamp(_logTime.UnixMilliseconds + (away / 2)) });
        Assert.That(_effects.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public void Who_asks_again_and_again_is_answered_now_and_then()
    {
        Begin(EpochProtocol.Pbft);
        for (var i = 0; i < 100; i++)
        {
            Question(Asked());
        }

        Assert.That(_effects.Messages, Has.Count.EqualTo(1));
    }

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

    private SealOrder Return() => SealOrder.Give(_epoch!, EpochProtocol.Raft, _group.Operator);

    private void Agree(uint node) => _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, Asked(), Asked().ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));

    private void Bring(ulong ticket, byte[] order) => _desk.OnRequested(new SealRequested(new Ticket(ticket), order), _epoch ?? _group.First, () => _decision, _now, _effects);

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
