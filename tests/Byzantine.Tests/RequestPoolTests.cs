namespace Consensus.Byzantine.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestPoolTests
{
    private readonly RequestPool _pool = new(weightMaxEach: 1000);

    [Test]
    public void Of_each_origin_in_turn_the_lowest_number_comes_first_and_only_as_many_as_fit()
    {
        Add(2, 3);
        Add(2, 1);
        Add(2, 2);
        Add(1, 9);
        Add(3, 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next(10_000), Is.EqualTo(new[] { (1u, 9ul), (2u, 1ul), (3u, 4ul), (2u, 2ul), (2u, 3ul) }));
            Assert.That(_pool.Next(10_000, static batch => batch.Number != 2), Has.Length.EqualTo(1));
            Assert.That(Next(1), Has.Length.EqualTo(1), "one always fits");
        }
    }

    [Test]
    public void Whoever_was_left_out_for_want_of_room_is_first_the_next_time()
    {
        Add(1, 1);
        Add(2, 1);
        Add(3, 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next(500), Is.EqualTo(new[] { (1u, 1ul), (2u, 1ul) }));
            Assert.That(Next(500), Is.EqualTo(new[] { (3u, 1ul), (1u, 1ul) }));
            Assert.That(Next(500), Is.EqualTo(new[] { (2u, 1ul), (3u, 1ul) }));
        }
    }

    [Test]
    public void An_origin_cannot_fill_the_pool_for_others()
    {
        while (_pool.TryAdd(Samples.Batch(1, (ulong)_pool.Count + 1, new string('x', 100))))
        {
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_pool.Weight, Is.LessThanOrEqualTo(1000));
            Assert.That(_pool.WeightOf(new NodeId(1)), Is.EqualTo(_pool.Weight));
            Assert.That(_pool.TryAdd(Samples.Batch(2, 1, new string('x', 5000))), Is.True, "one batch always may");
            Assert.That(_pool.TryAdd(Samples.Batch(2, 2, "x")), Is.False);
        }
    }

    [Test]
    public void Where_an_origin_has_too_much_here_what_it_has_submitted_first_stays()
    {
        for (var number = 10UL; Add(1, number); number++)
        {
        }

        var highest = Next(10_000).Max(batch => batch.Number);
        Assert.That(Add(1, 1), Is.True);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_pool.Contains(new NodeId(1), 1), Is.True);
            Assert.That(_pool.Contains(new NodeId(1), highest), Is.False);
            Assert.That(_pool.Weight, Is.LessThanOrEqualTo(1000));
            Assert.That(_pool.Count, Is.EqualTo(Next(10_000).Length));
        }
    }

    [Test]
    public void What_would_not_be_taken_is_known_before_it_is_copied()
    {
        Add(1, 5);
        Add(1, 7);
        Add(1, 8);
        _pool.OnOrdered(new NodeId(1), 5);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(May(1, 7), Is.False, "it is here");
            Assert.That(May(1, 4), Is.False, "it is old");
            Assert.That(May(1, 9, bytes: 800), Is.False, "there is no room, and it is later than what is here");
            Assert.That(May(1, 6, bytes: 800), Is.True, "what is later makes room for it");
            Assert.That(May(2, 9, bytes: 800), Is.True, "nothing of that origin is here");
        }

        bool May(uint origin, ulong number, int bytes = 100) => _pool.MayTake(Samples.Batch(origin, number, new string('x', bytes)));
    }

    [Test]
    public void What_was_ordered_is_not_taken_again_nor_what_came_before_it()
    {
        Add(1, 5);
        _pool.OnOrdered(new NodeId(1), 5);
        _pool.OnOrdered(new NodeId(3), 8);
        _pool.OnOrdered(new NodeId(3), 7);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_pool.Count, Is.Zero);
            Assert.That(_pool.Weight, Is.Zero);
            Assert.That(Add(1, 5), Is.False);
            Assert.That(Add(1, 4), Is.False);
            Assert.That(Add(3, 8), Is.False, "ordered before it was known here");
            Assert.That(Add(1, 6), Is.True);
            Assert.That(_pool.HighestOrdered(new NodeId(3)), Is.EqualTo(8));
        }
    }

    [Test]
    public void What_a_later_batch_of_its_origin_has_overtaken_is_taken_out_when_it_is_said()
    {
        Add(1, 5);
        Add(1, 6);
        Add(2, 1);
        _pool.OnProposed(Samples.Batch(1, 5, "x"));
        _pool.OnOrdered(new NodeId(1), 6);
        Assert.That(_pool.Contains(new NodeId(1), 5), Is.True);

        _pool.RemoveOvertaken(new NodeId(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Next(10_000), Is.EqualTo(new[] { (2u, 1ul) }));
            Assert.That(_pool.ProposedCount, Is.Zero);
        }
    }

    private bool Add(uint origin, ulong number) => _pool.TryAdd(Samples.Batch(origin, number, new string('x', 100)));

    private (uint Origin, ulong Number)[] Next(long bytesMax) => [.. _pool.Next(bytesMax, static _ => false).Select(batch => (batch.Origin.Value, batch.Number))];
}
