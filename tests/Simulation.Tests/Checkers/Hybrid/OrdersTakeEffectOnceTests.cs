using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Hybrid;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OrdersTakeEffectOnceTests
{
    private static readonly ISigner Operator = Signed.Signer(1);
    private static readonly ISigner Other = Signed.Signer(2);
    private static readonly EpochSettings Small = new() { WindowBlocks = 8 };
    private static readonly EpochDescriptor First = EpochDescriptor.First(default, EpochProtocol.Raft, Signed.Members, [Operator.PublicKey]);

    private readonly CheckerBed _bed;
    private ImmutableArray<HandoverCertificate> _beginnings = [];
    private LogEntry _last;

    public OrdersTakeEffectOnceTests() => _bed = new CheckerBed(_ => new OrdersTakeEffectOnce(_ => _beginnings, First), Signed.Count);

    [Test]
    public void Epochs_that_follow_by_orders_for_them_are_right()
    {
        Apply(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft), Operator));
        var second = Begin(First, EpochProtocol.Pbft);
        Apply(SealOrder.Give(second, new NextEpoch(EpochProtocol.Pbft), Operator));
        Begin(second, EpochProtocol.Pbft);
        _bed.AssertNone();
    }

    [Test]
    public void An_order_that_ends_another_epoch_too_is_found()
    {
        var order = SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft), Operator);
        Apply(order);
        var second = Begin(First, EpochProtocol.Pbft);
        Apply(order);
        Begin(second, EpochProtocol.Pbft);
        _bed.AssertViolation("epoch 2, with Pbft, follows", $"by an order for Pbft after {First.Id}");
    }

    [Test]
    public void Another_protocol_than_the_one_that_was_ordered_is_found()
    {
        Apply(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft), Operator));
        Begin(First, EpochProtocol.HotStuff);
        _bed.AssertViolation("epoch 1, with HotStuff, follows", "by an order for Pbft");
    }

    [Test]
    public void An_epoch_that_nobody_ordered_is_found()
    {
        _last = _bed.Entry(1, "x", _last);
        Begin(First, EpochProtocol.HotStuff);
        _bed.AssertViolation("epoch 1 begins behind entry 1, which is no order");
    }

    [Test]
    public void An_epoch_of_Raft_may_end_behind_any_entry_with_the_escalation_target()
    {
        _last = _bed.Entry(1, "x", _last);
        Begin(First, First.Escalated(Last, default));
        _bed.AssertNone();
    }

    [Test]
    public void Back_to_Raft_without_a_quorum_is_found()
    {
        Apply(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft), Operator));
        var second = Begin(First, EpochProtocol.Pbft);
        Apply(SealOrder.Give(second, new NextEpoch(EpochProtocol.Raft), Operator));
        Begin(second, EpochProtocol.Raft);
        _bed.AssertViolation("epoch 2 goes back to Raft with the consent of 0 members");
    }

    [Test]
    public void What_an_order_names_is_right_and_stays()
    {
        var order = SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft) { Settings = Small, Operators = NextOperators.Of([Other.PublicKey]) }, Operator);
        Apply(order);
        var second = Begin(First, First.By(order, Last, default));
        Apply(SealOrder.Give(second, new NextEpoch(EpochProtocol.Pbft), Other));
        Begin(second, EpochProtocol.Pbft);
        _bed.AssertNone();
    }

    [Test]
    public void What_an_order_names_and_is_not_there_is_found()
    {
        Apply(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft) { Settings = Small }, Operator));
        Begin(First, EpochProtocol.Pbft);
        _bed.AssertViolation("epoch 1, with Pbft, follows", "by an order for Pbft");
    }

    [Test]
    public void Settings_that_nobody_named_are_found()
    {
        Apply(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft), Operator));
        Begin(First, First.By(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft) { Settings = Small }, Operator), Last, default));
        _bed.AssertViolation("epoch 1 has other members, settings, rules or operators than the epoch before, and its order names none");
    }

    [Test]
    public void Operators_that_were_forgotten_are_found()
    {
        var order = SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft) { Operators = NextOperators.Of([Other.PublicKey]) }, Operator);
        Apply(order);
        var second = Begin(First, First.By(order, Last, default));
        Apply(SealOrder.Give(second, new NextEpoch(EpochProtocol.Pbft), Other));
        Begin(second, second.By(SealOrder.Give(second, new NextEpoch(EpochProtocol.Pbft) { Operators = NextOperators.Of([Operator.PublicKey]) }, Other), Last, default));
        _bed.AssertViolation("epoch 2 has other members, settings, rules or operators");
    }

    [Test]
    public void Settings_at_a_member_s_word_are_found()
    {
        var order = SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft) { Settings = Small }, Other);
        Apply(order);
        Begin(First, First.By(order, Last, default));
        _bed.AssertViolation($"epoch 1 has what {Other.PublicKey} has ordered besides an engine, who is no operator");
    }

    private LogPosition Last => new(_last.Index, _last.Term, _last.Chain);

    private void Apply(SealOrder order)
    {
        var bytes = order.ToBytes();
        var payload = new byte[CommandEnvelope.HeaderSize + bytes.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(1), 1), 0);
        bytes.CopyTo(payload, CommandEnvelope.HeaderSize);
        _last = _bed.Entry(1, payload, _last, EntryKind.Command);
        _bed.Apply(1, _last, default);
    }

    /// <summary>The epoch behind the last entry begins.</summary>
    private EpochDescriptor Begin(EpochDescriptor ends, EpochProtocol protocol) => Begin(ends, ends.Next(protocol, Last, default));

    private EpochDescriptor Begin(EpochDescriptor ends, EpochDescriptor next)
    {
        var content = new HandoverContent(next, default);
        _beginnings = _beginnings.Add(new HandoverCertificate(content, new QuorumCertificate(new Statement(ends.Domain, StatementKind.Handover, default, content.Place, content.Hash), [new MemberSignature(new NodeId(1), default)])));
        _bed.Follow(1, 1);
        return content.Next;
    }
}
