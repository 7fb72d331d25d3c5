using Consensus.Cryptography.Tests;
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
    private EpochDescriptor? _epoch;
    private EscalationDecision _decision = new(EscalationVerdict.MayReturn, [], "");

    public SealDeskTests()
    {
        _returns = new ReturnDesk(_group.Identity(10), [new NodeId(20), new NodeId(30), new NodeId(40)]);
        _desk = new SealDesk(_group.Identity(10), _returns);
    }

    [Test]
    public void Without_an_order_nothing_is_proposed()
    {
        Assert.That(_desk.TryPropose(_now, out _), Is.False);
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

        AssertAnswered(
            (1, RefusalReason.OtherEpoch, "It is about the epoch"),
            (2, RefusalReason.NotFromOperator, "none of the 1 keys"),
            (3, RefusalReason.NotFromOperator, "did not sign it."));
        Assert.That(_desk.TryPropose(_now, out _), Is.False);
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
            Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
            Assert.That(proposal.Ticket, Is.EqualTo(SealDesk.Ticket));
            Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
            Assert.That(envelope.Kind, Is.EqualTo(CommandKind.Seal));
            Assert.That(SealOrder.TryRead(envelope.Body.ToArray()), Is.EqualTo(order));
            requests.Add(envelope.Request);
            Assert.That(_desk.TryPropose(_now + (Interval - TimeSpan.FromTicks(1)), out _), Is.False);
            _now += Interval;
            Assert.That(_desk.Deadline, Is.EqualTo(_now));
        }

        Assert.That(requests, Is.Unique, "an engine that has seen a request refuses it");
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Assert.That(_desk.TryPropose(_now + Interval, out _), Is.False);
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
    public void Only_the_order_that_has_begun_the_epoch_is_done_before()
    {
        var next = Group.Ending(_group.First).Next;
        SealOrder[] others =
        [
            SealOrder.Give(new SigningDomain(Group.Cluster, Epoch.Zero, FakeKeys.Hash(9)), next.Protocol, _group.Operator),
            SealOrder.Give(next, next.Protocol, _group.Operator),
        ];
        foreach (var order in others)
        {
            _desk.OnRequested(new SealRequested(new Ticket(1), order.ToBytes()), next, () => _decision, _now, _effects);
        }

        Bring(2, SealOrder.Give(new SigningDomain(Group.Cluster, Epoch.Zero, default), _group.First.Protocol, _group.Operator).ToBytes());

        AssertAnswered((1, RefusalReason.OtherEpoch, "It is about the epoch"), (2, RefusalReason.OtherEpoch, "It is about the epoch"));
        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True, "an engine may follow itself");
        Assert.That(OrderIn(proposal), Is.EqualTo(others[1]));
    }

    [Test]
    public void Consent_that_a_caller_brings_with_an_order_counts_for_nothing()
    {
        var order = SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator);
        Bring(1, (order with { Consents = [(new NodeId(20), order.ConsentIn(_group.First.Domain).Sign(_group.Keys.Signer(20)))] }).ToBytes());

        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_group.First, _group.Keys), Is.Null);
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
        _desk.Advance(_now, _effects);
        Assert.That(_effects.Messages.Select(sent => (sent.To.Value, ((ReturnRequest)sent.Message).Order)), Is.EqualTo(new[] { (20u, Return()), (30u, Return()), (40u, Return()) }));

        Agree(20);
        Assert.That(_desk.TryPropose(_now, out _), Is.False, "two of four");
        Agree(20);
        _now += Interval;
        _effects.Clear();
        _desk.Advance(_now, _effects);
        Assert.That(_effects.Messages.Select(sent => sent.To.Value), Is.EqualTo(new[] { 30u, 40u }), "those are asked again");
        Assert.That(_desk.TryPropose(_now, out _), Is.False, "one who agrees twice is one");

        Agree(40);
        _now += Interval;
        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        var proposed = SealOrder.TryRead(envelope.Body.ToArray());
        Assert.That(proposed!.Consents.Select(consent => consent.Member.Value), Is.EqualTo(new[] { 10u, 20u, 40u }));
        Assert.That(proposed.DefectAsEndOf(_epoch!, _group.Keys), Is.Null);
        Assert.That(Return().DefectAsEndOf(_epoch!, _group.Keys), Does.StartWith("It has the consent of 0 members"));

        Agree(30);
        _now += Interval;
        Assert.That(_desk.TryPropose(_now, out proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_epoch!, _group.Keys), Is.Null, "also when more agree than are needed");
    }

    [Test]
    public void When_the_next_epoch_has_begun_nobody_is_asked_any_more()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        _desk.Advance(_now, _effects);
        _desk.OnBegun(Group.Ending(_epoch!, EpochProtocol.Raft).Next, _effects);
        _effects.Clear();
        _now += Interval;
        _desk.Advance(_now, _effects);

        Assert.That(_effects.Messages, Is.Empty);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void Whoever_asked_for_another_engine_than_liars_have_caused_is_told_that_they_have()
    {
        Bring(1, SealOrder.Give(_group.First, EpochProtocol.HotStuff, _group.Operator).ToBytes());

        _desk.OnBegun(_group.First.Escalated(Group.Position(7), new Timestamp(5)), _effects);

        AssertAnswered((1, RefusalReason.OtherEpoch, "Epoch 1 has begun because of members that lie, with Pbft."));
    }

    [Test]
    public void For_a_wish_of_its_own_to_go_back_to_raft_a_replica_asks_the_others_as_well()
    {
        Begin(EpochProtocol.Pbft);
        _desk.Order(_epoch!, EpochProtocol.Raft, _now);
        _desk.Advance(_now, _effects);
        var asked = _effects.Messages.Select(sent => (sent.To.Value, ((ReturnRequest)sent.Message).Order)).ToArray();
        Assert.That(asked.Select(request => request.Value), Is.EqualTo(new[] { 20u, 30u, 40u }));

        var wish = asked[0].Order;
        foreach (var node in new uint[] { 20, 30 })
        {
            _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, wish, wish.ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));
        }

        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).Consents.Select(consent => consent.Member.Value), Is.EqualTo(new[] { 10u, 20u, 30u }));
    }

    [Test]
    public void So_many_who_do_not_agree_that_there_is_no_quorum_are_told_to_the_caller()
    {
        Begin(EpochProtocol.HotStuff);
        Bring(1, Return().ToBytes());

        _returns.OnAnswer(new NodeId(30), new ReturnAnswer(_epoch!.Tag, Return(), default, "Stay: one."));
        _desk.Advance(_now, _effects);
        Assert.That(_effects.Controls, Is.Empty, "three may agree yet");
        _returns.OnAnswer(new NodeId(40), new ReturnAnswer(_epoch.Tag, Return(), default, "Stay: two."));
        _desk.Advance(_now, _effects);

        AssertAnswered((1, RefusalReason.ReturnHeldUp, "Node 30: Stay: one. Node 40: Stay: two."));
        _now += Interval;
        _desk.Advance(_now, _effects);
        Assert.That(_desk.TryPropose(_now, out _), Is.False);
        Assert.That(_effects.Controls, Has.Count.EqualTo(1), "once");
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void What_a_member_has_said_last_counts_but_its_consent_it_cannot_take_back()
    {
        Begin(EpochProtocol.HotStuff);
        Bring(1, Return().ToBytes());

        Disagree(30);
        Agree(30);
        Disagree(30);
        Disagree(40);
        _desk.Advance(_now, _effects);
        Assert.That(_effects.Controls, Is.Empty, "only one stands against it");
        Agree(20);

        _now += Interval;
        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_epoch!, _group.Keys), Is.Null);
    }

    [Test]
    public void What_is_said_about_another_order_is_nothing_about_this_one()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        var other = SealOrder.Give(_epoch!, EpochProtocol.Raft, _group.Keys.Signer(10));
        foreach (var node in new uint[] { 20, 30, 40 })
        {
            _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, other, other.ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));
        }

        Assert.That(_desk.TryPropose(_now, out _), Is.False);
    }

    [Test]
    public void Consent_is_to_one_order_of_one_epoch_and_is_there_for_all_who_wait_for_it()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Agree(20);
        Agree(30);
        Bring(2, Return().ToBytes());
        Assert.That(_returns.Agreed(Return()), Is.Not.Null, "the same again");
        _returns.Advance(_now, _effects);
        Assert.That(_returns.Deadline, Is.EqualTo(Ticks.Never), "there is nothing left to ask");

        var other = SealOrder.Give(_epoch!, EpochProtocol.Raft, _group.Keys.Signer(10));
        _returns.Begin(other, _now);
        Assert.That(_returns.Agreed(other), Is.Null, "another order");

        _returns.BeginEpoch(_group.Know(Group.Ending(_epoch!).Next));
        Assert.That(_returns.Deadline, Is.EqualTo(Ticks.Never), "another epoch");
    }

    [Test]
    public void Who_is_asked_signs_if_it_agrees_and_says_why_if_it_does_not()
    {
        Begin(EpochProtocol.Pbft);
        _returns.OnRequest(new NodeId(20), new ReturnRequest(_epoch!.Tag, Return()), () => _decision, _now, _effects);
        _returns.OnRequest(new NodeId(30), new ReturnRequest(_epoch.Tag, Return()), () => new EscalationDecision(EscalationVerdict.Stay, [], "Stay: it is not quiet."), _now, _effects);

        var consent = Return().ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(10));
        Assert.That(_effects.Messages.Select(sent => (sent.To.Value, (ReturnAnswer)sent.Message)), Is.EqualTo(new[]
        {
            (20u, new ReturnAnswer(_epoch.Tag, Return(), consent, "")), (30u, new ReturnAnswer(_epoch.Tag, Return(), default, "Stay: it is not quiet.")),
        }));
    }

    [Test]
    public void From_raft_and_between_the_others_nobody_is_asked()
    {
        Bring(1, SealOrder.Give(_group.First, EpochProtocol.Raft, _group.Operator).ToBytes());
        Assert.That(_desk.TryPropose(_now, out _), Is.True);
        _desk.OnBegun(Group.Ending(_group.First).Next, _effects);
        Begin(EpochProtocol.Pbft);
        Bring(2, SealOrder.Give(_epoch!, EpochProtocol.HotStuff, _group.Operator).ToBytes());

        Assert.That(_desk.TryPropose(_now, out _), Is.True);
        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void The_replica_s_own_wish_is_proposed_and_ends_with_the_epoch()
    {
        _desk.Order(_group.First, EpochProtocol.Pbft, _now);
        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        Assert.That(SealOrder.TryRead(envelope.Body.ToArray())!.Operator, Is.EqualTo(_group.Keys.Signer(10).PublicKey));

        _desk.Order(_group.First, EpochProtocol.Pbft, _now);
        Assert.That(_desk.TryPropose(_now, out _), Is.False, "the same wish again is not proposed more often");

        Begin(EpochProtocol.Pbft);
        _desk.OnBegun(_epoch!, _effects);
        Assert.That(_desk.TryPropose(_now + Interval, out _), Is.False);
        Bring(1, Return().ToBytes());
        Assert.That(_desk.TryPropose(_now + Interval, out _), Is.False, "nor when there is something else to propose that is not ready");
    }

    [Test]
    public void A_wish_that_is_withdrawn_leaves_nothing_that_is_due()
    {
        Begin(EpochProtocol.Pbft);
        _desk.Order(_epoch!, EpochProtocol.Raft, _now);
        _desk.Advance(_now, _effects);
        Assert.That(_desk.TryPropose(_now, out _), Is.False);

        _desk.Withdraw();
        _now += Interval;
        _desk.Advance(_now, _effects);
        Assert.That(_desk.TryPropose(_now, out _), Is.False);

        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    // The wish is of this replica; the caller waits for his own order.
    [Test]
    public void A_wish_that_is_withdrawn_takes_nothing_from_a_caller_who_has_the_same()
    {
        Begin(EpochProtocol.Pbft);
        Bring(1, Return().ToBytes());
        Agree(20);
        Agree(30);

        _desk.Withdraw();

        Assert.That(_desk.TryPropose(_now, out var proposal), Is.True);
        Assert.That(OrderIn(proposal).DefectAsEndOf(_epoch!, _group.Keys), Is.Null);
    }

    [Test]
    public void Who_asks_again_and_again_is_answered_now_and_then()
    {
        Begin(EpochProtocol.Pbft);
        for (var i = 0; i < 100; i++)
        {
            _returns.OnRequest(new NodeId(20), new ReturnRequest(_epoch!.Tag, Return()), () => _decision, _now, _effects);
        }

        Assert.That(_effects.Messages, Has.Count.EqualTo(1));
    }

    private void Begin(EpochProtocol protocol)
    {
        _epoch = Group.Ending(_group.First, protocol).Next;
        _returns.BeginEpoch(_group.Know(_epoch));
    }

    private SealOrder Return() => SealOrder.Give(_epoch!, EpochProtocol.Raft, _group.Operator);

    private void Agree(uint node) => _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, Return(), Return().ConsentIn(_epoch.Domain).Sign(_group.Keys.Signer(node)), ""));

    private void Disagree(uint node) => _returns.OnAnswer(new NodeId(node), new ReturnAnswer(_epoch!.Tag, Return(), default, "Stay."));

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
