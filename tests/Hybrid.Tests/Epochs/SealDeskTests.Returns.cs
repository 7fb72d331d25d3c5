using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Requirement E4: orders that lead back to Raft need the consent of a quorum.</summary>
public sealed partial class SealDeskTests
{
    [Test]
    public void Consent_that_a_caller_brings_with_an_order_counts_for_nothing()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator);
        Bring(1, (order with { Consents = [(new NodeId(20), order.ConsentIn(_group.First.Domain).Sign(_group.Keys.Signer(20)))] }).ToBytes());

        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_group.First, _logTime, _group.Keys), Is.Null);
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

        Agree(30);
        _now += Interval;
        Assert.That(_desk.TryPropose(_now, _logTime, out proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_epoch!, _logTime, _group.Keys), Is.Null, "also when more agree than are needed");
    }

    [Test]
    public void When_the_next_epoch_has_begun_nobody_is_asked_any_more()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        _desk.OnBegun(Group.Ending(_epoch!, EpochProtocol.Raft).Next, _effects);
        _effects.Clear();
        _now += Interval;
        Advance();

        Assert.That(_effects.Messages, Is.Empty);
        Assert.That(_desk.Deadline, Is.GreaterThan(_now + (SealOrder.ConsentLife / 2)), "its own consent is to lapse");
    }

    [Test]
    public void For_a_wish_of_its_own_to_go_back_to_raft_a_replica_asks_the_others_as_well()
    {
        Begin(EpochProtocol.Pbft);
        _desk.Order(_epoch!, EpochProtocol.Raft, _now);
        Ask();
        var asked = _effects.Messages.Select(sent => (sent.To.Value, ((ReturnRequest)sent.Message).Order)).ToArray();
        Assert.That(asked.Select(request => request.Value), Is.EqualTo(new[] { 20u, 30u, 40u }));

        var wish = asked[0].Order;
        foreach (var node in new uint[] { 20, 30 })
        {
            _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, wish, wish.ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));
        }

        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).Consents.Select(consent => consent.Member.Value), Is.EqualTo(new[] { 10u, 20u, 30u }));
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
        _now += Interval;
        Advance();
        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
        Assert.That(_effects.Controls, Has.Count.EqualTo(1), "once");
        Assert.That(_desk.Deadline, Is.GreaterThan(_now + (SealOrder.ConsentLife / 2)), "its own consent is to lapse");
    }

    [Test]
    public void What_a_member_has_said_last_counts_but_its_consent_it_cannot_take_back()
    {
        Begin(EpochProtocol.HotStuff);
        Bring(1, Return().ToBytes());
        Ask();

        Disagree(30);
        Agree(30);
        Disagree(30);
        Disagree(40);
        Advance();
        Assert.That(_effects.Controls, Is.Empty, "only one stands against it");
        Agree(20);

        _now += Interval;
        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_epoch!, _logTime, _group.Keys), Is.Null);
    }

    [Test]
    public void What_is_said_about_another_order_is_nothing_about_this_one()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        var other = SealOrder.Give(_epoch!, new NextEpoch(EpochProtocol.Raft), _group.Keys.Signer(10)) with { AskedAt = _logTime };
        foreach (var node in new uint[] { 20, 30, 40 })
        {
            _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, other, other.ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));
        }

        Assert.That(_desk.TryPropose(_now, _logTime, out _), Is.False);
    }

    [Test]
    public void Consent_is_to_one_order_of_one_epoch_and_is_there_for_all_who_wait_for_it()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        Agree(20);
        Agree(30);
        Bring(2, Return().ToBytes());
        Assert.That(_returns.Agreed(Return()), Is.Not.Null, "the same again");
        _now += Interval;
        _effects.Clear();
        Advance();
        Assert.That(_effects.Messages, Is.Empty, "there is nothing left to ask");

        var other = SealOrder.Give(_epoch!, new NextEpoch(EpochProtocol.Raft), _group.Keys.Signer(10));
        _returns.Begin(other, _now);
        Assert.That(_returns.Agreed(other), Is.Null, "another order");

        _returns.BeginEpoch(_group.Know(Group.Ending(_epoch!).Next));
        Assert.That(_returns.Deadline, Is.EqualTo(Ticks.Never), "another epoch");
    }

    [Test]
    public void Who_is_asked_signs_if_it_agrees_and_says_why_if_it_does_not()
    {
        Begin(EpochProtocol.Pbft);
        _returns.OnRequest(new NodeId(20), new ReturnRequest(_epoch!.Tag, Asked()), () => _decision, _logTime, _now, _effects);
        _returns.OnRequest(new NodeId(30), new ReturnRequest(_epoch.Tag, Asked()), () => new EscalationDecision(EscalationVerdict.Stay, [], "Stay: it is not quiet."), _logTime, _now, _effects);

        var consent = Asked().ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(10));
        Assert.That(_effects.Messages.Select(sent => (sent.To.Value, (ReturnAnswer)sent.Message)), Is.EqualTo(new[]
        {
            (20u, new ReturnAnswer(_epoch.Tag, Asked(), consent, "")), (30u, new ReturnAnswer(_epoch.Tag, Asked(), default, "Stay: it is not quiet.")),
        }));
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
    public void A_wish_that_is_withdrawn_takes_nothing_from_a_caller_who_has_the_same()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Ask();
        Agree(20);
        Agree(30);

        _desk.Withdraw();

        Assert.That(_desk.TryPropose(_now, _logTime, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_epoch!, _logTime, _group.Keys), Is.Null);
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
}
