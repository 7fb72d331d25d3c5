namespace Consensus.Gossip.Tests.Merging;

public sealed class CausalContextTests
{
    [Test]
    public void Single_changes_become_a_row_when_what_was_missing_is_here()
    {
        var context = CausalContext.Empty.With(Dot(1, 3)).With(Dot(1, 2)).With(Dot(2, 1));
        Assert.That((context.Has(Dot(1, 1)), context.Has(Dot(1, 2)), context.Has(Dot(1, 3)), context.UpTo.Count), Is.EqualTo((false, true, true, 1)));

        var whole = context.With(Dot(1, 1));

        Assert.That(whole.UpTo, Is.EqualTo(new Dictionary<NodeId, ulong> { [new NodeId(1)] = 3, [new NodeId(2)] = 1 }));
        Assert.That(whole.NextOf(new NodeId(1)), Is.EqualTo(Dot(1, 4)));
        Assert.That(whole.With(Dot(1, 2)), Is.SameAs(whole));
    }

    [Test]
    public void A_context_covers_another_where_it_has_all_that_the_other_has([Range(1, 50)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        var (one, other) = (Draw(random), Draw(random));
        var (left, right) = (one.Aggregate(CausalContext.Empty, (context, dot) => context.With(dot)), other.Aggregate(CausalContext.Empty, (context, dot) => context.With(dot)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(left.Covers(right), Is.EqualTo(one.IsSupersetOf(other)));
            Assert.That(left.Equals(right), Is.EqualTo(one.SetEquals(other)));
            Assert.That(left.Merge(right), Is.EqualTo(right.Merge(left)));
            Assert.That(left.Merge(right).Covers(left) && left.Merge(right).Covers(right));
            Assert.That(one.Union(other).All(left.Merge(right).Has));
        }

        static HashSet<Dot> Draw(DeterministicRandom random) => [.. Enumerable.Range(0, (int)random.NextBelow(10)).Select(_ => Dot(1 + (uint)random.NextBelow(2), 1 + random.NextBelow(4)))];
    }

    private static Dot Dot(uint origin, ulong number) => new(new NodeId(origin), number);
}
