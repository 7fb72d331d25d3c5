namespace Consensus.Byzantine.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestPoolTests
{
    private readonly RequestPool _pool = new(bytesMaxEach: 1000);

    [Test]
    public void Batches_come_out_in_the_order_of_their_coming_and_only_as_many_as_fit()
    {
        Assert.That(_pool.TryAdd(Samples.Batch(2, 1, new string('x', 100))), Is.True);
        Assert.That(_pool.TryAdd(Samples.Batch(1, 1, new string('x', 100))), Is.True);
        Assert.That(_pool.TryAdd(Samples.Batch(2, 2, new string('x', 100))), Is.True);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_pool.Next(10_000, static _ => false).Select(batch => (batch.Origin.Value, batch.Number)), Is.EqualTo(new[] { (2u, 1ul), (1u, 1ul), (2u, 2ul) }));
            Assert.That(_pool.Next(500, static _ => false), Has.Length.EqualTo(2));
            Assert.That(_pool.Next(1, static _ => false), Has.Length.EqualTo(1), "one always fits");
            Assert.That(_pool.Next(10_000, static batch => batch.Number == 1), Has.Length.EqualTo(1));
        }
    }

    [Test]
    public void An_origin_cannot_fill_the_pool_for_others()
    {
        while (_pool.TryAdd(Samples.Batch(1, (ulong)_pool.Count, new string('x', 100))))
        {
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_pool.Bytes, Is.LessThanOrEqualTo(1000));
            Assert.That(_pool.TryAdd(Samples.Batch(2, 1, new string('x', 5000))), Is.True, "one batch always may");
            Assert.That(_pool.TryAdd(Samples.Batch(2, 2, "x")), Is.False);
        }
    }

    [Test]
    public void What_was_ordered_is_not_taken_again()
    {
        _pool.TryAdd(Samples.Batch(1, 1, "a"));
        _pool.OnOrdered(new NodeId(1), 1);
        _pool.OnOrdered(new NodeId(3), 8);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_pool.Count, Is.Zero);
            Assert.That(_pool.Bytes, Is.Zero);
            Assert.That(_pool.TryAdd(Samples.Batch(1, 1, "a")), Is.False);
            Assert.That(_pool.TryAdd(Samples.Batch(3, 8, "a")), Is.False, "ordered before it was known here");
            Assert.That(_pool.TryAdd(Samples.Batch(1, 2, "a")), Is.True);
        }
    }
}
