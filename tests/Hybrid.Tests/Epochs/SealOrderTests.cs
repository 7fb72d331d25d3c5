namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SealOrderTests
{
    private readonly Group _group = new();
    private readonly SealOrder _order;

    public SealOrderTests() => _order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator);

    [Test]
    public void What_an_operator_orders_ends_the_epoch() => Assert.That(_order.DefectIn(_group.First, _group.Keys), Is.Null);

    [Test]
    public void What_is_written_is_read_again() => Assert.That(SealOrder.TryRead(_order.ToBytes()), Is.EqualTo(_order));

    [Test]
    public void Bytes_that_are_no_order_are_none_and_nothing_is_thrown()
    {
        var bytes = _order.ToBytes();
        var random = new DeterministicRandom(1);

        using (Assert.EnterMultipleScope())
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.That(SealOrder.TryRead(bytes.AsMemory(0, length)), Is.Null, $"{length} bytes");
            }

            Assert.That(SealOrder.TryRead(bytes.Append((byte)0).ToArray()), Is.Null, "a byte too many");
            for (var round = 0; round < 2000; round++)
            {
                var some = new byte[random.NextBelow(200)];
                Array.ForEach(Enumerable.Range(0, some.Length).ToArray(), i => some[i] = (byte)random.NextBelow(256));
                Assert.That(SealOrder.TryRead(some), Is.Null);
            }
        }
    }

    // Pitfalls S5 and S9: whatever is changed about an order, and wherever it is said again, nobody has signed it.
    [Test]
    public void Whatever_bit_of_an_order_is_turned_it_ends_nothing()
    {
        var bytes = _order.ToBytes();

        using (Assert.EnterMultipleScope())
        {
            for (var bit = 0; bit < 8 * bytes.Length; bit++)
            {
                var altered = (byte[])bytes.Clone();
                altered[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.That(SealOrder.TryRead(altered) is { } read && read.DefectIn(_group.First, _group.Keys) is null, Is.False, $"bit {bit}");
            }
        }
    }

    [Test]
    public void An_order_for_one_epoch_ends_no_other()
    {
        var next = Group.Ending(_group.First).Next;
        var sibling = Group.Ending(_group.First, EpochProtocol.HotStuff).Next;
        var order = SealOrder.Give(next, new NextEpoch(EpochProtocol.Raft), _group.Operator);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_order.DefectIn(next, _group.Keys), Does.StartWith("It is about the epoch"));
            Assert.That(order.DefectIn(sibling, _group.Keys), Does.StartWith("It is about the epoch"));
            Assert.That((_order with { Ends = next.Id }).DefectIn(next, _group.Keys), Does.EndWith("did not sign it."), "said again in the next epoch");
            Assert.That((order with { Ends = sibling.Id }).DefectIn(sibling, _group.Keys), Does.EndWith("did not sign it."), "said again in another epoch of the same number");
        }
    }

    [Test]
    public void Nobody_but_an_operator_ends_an_epoch()
    {
        var member = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Keys.Signer(10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(member.DefectIn(_group.First, _group.Keys), Does.Contain("none of the 1 keys"));
            Assert.That((member with { Operator = _group.Operator.PublicKey }).DefectIn(_group.First, _group.Keys), Does.EndWith("did not sign it."));
        }
    }

    [Test]
    public void An_order_for_one_engine_brings_no_other() =>
        Assert.That((_order with { Next = new NextEpoch(EpochProtocol.HotStuff) }).DefectIn(_group.First, _group.Keys), Does.EndWith("did not sign it."));
}
