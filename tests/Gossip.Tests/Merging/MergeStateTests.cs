using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Gossip.Tests.Merging;

public sealed class MergeStateTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly MergeKey A = MergeKey.Of("a");
    private static readonly MergeKey B = MergeKey.Of("b");
    private static readonly MergeKey X = MergeKey.Of("x");
    private static readonly MergeKey Y = MergeKey.Of("y");

    [Test]
    public void The_last_write_of_a_register_wins_whoever_merges()
    {
        var one = MergeState.Empty.Assign(One, At(5), X, A);
        var two = MergeState.Empty.Assign(Two, At(4), Y, A);

        Assert.That((one.Merge(two).Read(A), two.Merge(one).Read(A)), Is.EqualTo(((MergeKey?)X, (MergeKey?)X)));
        Assert.That(one.Assign(Two, At(1), Y, A).Read(A), Is.EqualTo(Y), "who has seen the other write overwrites it, whatever its clock says");
    }

    [Test]
    public void Of_two_writes_at_one_time_that_of_the_higher_agent_wins()
    {
        var one = MergeState.Empty.Assign(One, At(5), X, A);
        var two = MergeState.Empty.Assign(Two, At(5), Y, A);

        Assert.That((one.Merge(two).Read(A), two.Merge(one).Read(A)), Is.EqualTo(((MergeKey?)Y, (MergeKey?)Y)));
    }

    [Test]
    public void Nothing_that_was_added_to_a_counter_is_lost_or_counted_twice()
    {
        var one = MergeState.Empty.Add(One, 3, A).Add(One, 4, A);
        var two = MergeState.Empty.Add(Two, -2, A);
        var both = one.Merge(two);

        Assert.That(both.Count(A), Is.EqualTo(5));
        Assert.That(both.Merge(one).Merge(two).Merge(both).Count(A), Is.EqualTo(5));
        Assert.That(both.Add(Two, 10, A).Merge(one.Add(One, 100, A)).Count(A), Is.EqualTo(115));
    }

    [Test]
    public void Who_adds_an_element_while_another_removes_it_wins()
    {
        var both = MergeState.Empty.Include(One, X, A).Include(One, Y, A);
        var removed = both.Exclude(X, A).Exclude(Y, A);
        var added = both.Include(Two, X, A);

        Assert.That(removed.ElementsOf(A), Is.Empty);
        Assert.That(removed.Merge(added).ElementsOf(A), Is.EqualTo(new[] { X }), "what nobody has added again is gone");
        Assert.That(added.Merge(removed).ElementsOf(A), Is.EqualTo(new[] { X }));
    }

    [Test]
    public void What_was_removed_does_not_come_back_from_who_has_it_still()
    {
        var old = MergeState.Empty.Assign(One, At(1), X, A).Add(One, 7, B);
        var removed = old.Remove(A).Remove(B);

        var merged = removed.Merge(old);

        Assert.That((merged.Read(A), merged.Count(B), merged.KeysOf().Count), Is.EqualTo(((MergeKey?)null, 0L, 0)));
        Assert.That(merged, Is.EqualTo(removed));
    }

    [Test]
    public void What_is_changed_in_a_map_while_another_removes_it_stays()
    {
        var old = MergeState.Empty.Assign(One, At(1), X, A, X).Add(One, 5, A, Y);
        var removed = old.Remove(A);
        var changed = old.Add(Two, 1, A, Y);

        var merged = removed.Merge(changed);

        Assert.That(merged.Read(A, X), Is.Null);
        Assert.That(merged.Count(A, Y), Is.EqualTo(1), "what was added before the removal is gone with it");
        Assert.That(merged.KeysOf(A), Is.EqualTo(new[] { (Y, MergeKind.Counter) }));
    }

    [Test]
    public void Values_of_several_kinds_stand_beside_each_other_under_one_key()
    {
        var merged = MergeState.Empty.Assign(One, At(1), X, A).Merge(MergeState.Empty.Add(Two, 4, A));

        Assert.That((merged.Read(A), merged.Count(A)), Is.EqualTo(((MergeKey?)X, 4L)));
        Assert.That(merged.KeysOf(), Is.EqualTo(new[] { (A, MergeKind.Register), (A, MergeKind.Counter) }));
        Assert.That(merged.Remove(A).KeysOf(), Is.Empty);
    }

    // Random changes by four agents, who merge with each other now and then: in the end all have the same, however they got there.
    [Test]
    public void Whoever_has_seen_the_same_changes_has_the_same_state([Range(1, 60)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        var states = Enumerable.Repeat(MergeState.Empty, 4).ToArray();
        for (var step = 0; step < 150; step++)
        {
            var agent = (int)random.NextBelow(4);
            states[agent] = random.NextBelow(4) == 0 ? states[agent].Merge(states[random.NextBelow(4)]) : Change(random, states[agent], new NodeId((uint)agent + 1));
        }

        var (a, b, c, d) = (states[0], states[1], states[2], states[3]);
        var inOrder = a.Merge(b).Merge(c).Merge(d);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(d.Merge(c).Merge(b).Merge(a), Is.EqualTo(inOrder), "in another order");
            Assert.That(a.Merge(b.Merge(c.Merge(d))), Is.EqualTo(inOrder), "in other groups");
            Assert.That(inOrder.Merge(inOrder).Merge(b), Is.EqualTo(inOrder), "again");
            Assert.That(inOrder.Hash, Is.EqualTo(b.Merge(d).Merge(a).Merge(c).Hash));
            Assert.That(inOrder.Seen.Covers(c.Seen) && (c.Seen.Equals(inOrder.Seen) || !c.Seen.Covers(inOrder.Seen)));
            Assert.That(MergeState.Read(BytesOf(inOrder)), Is.EqualTo(inOrder));
        }
    }

    // Against a model that keeps every change for ever, with the changes that its author had seen.
    [Test]
    public void A_set_has_what_was_added_and_not_removed_by_somebody_who_had_seen_that([Range(1, 40)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed * 7919);
        var states = Enumerable.Repeat(MergeState.Empty, 3).ToArray();
        var seen = Enumerable.Range(0, 3).Select(_ => new HashSet<int>()).ToArray();
        var changes = new List<(bool Adds, MergeKey Element, HashSet<int> Seen)>();
        for (var step = 0; step < 80; step++)
        {
            var agent = (int)random.NextBelow(3);
            if (random.NextBelow(3) == 0)
            {
                var other = (int)random.NextBelow(3);
                states[agent] = states[agent].Merge(states[other]);
                seen[agent].UnionWith(seen[other]);
                continue;
            }

            var element = Any(random, X, Y, A);
            var adds = random.NextBelow(2) == 0;
            changes.Add((adds, element, [.. seen[agent]]));
            seen[agent].Add(changes.Count - 1);
            states[agent] = adds ? states[agent].Include(new NodeId((uint)agent + 1), element, B) : states[agent].Exclude(element, B);
        }

        for (var agent = 0; agent < 3; agent++)
        {
            var known = seen[agent];
            var expected = known.Where(i => changes[i].Adds && !known.Any(j => changes[j].Seen.Contains(i) && changes[j].Element == changes[i].Element))
                .Select(i => changes[i].Element).Distinct().Order();
            Assert.That(states[agent].ElementsOf(B), Is.EqualTo(expected), $"agent {agent + 1}");
        }
    }

    [Test]
    public void Bytes_that_are_no_state_are_refused_and_nothing_else_is_thrown([Range(1, 30)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        var state = MergeState.Empty;
        for (var step = 0; step < 40; step++)
        {
            state = Change(random, state, new NodeId(1 + (uint)random.NextBelow(3)));
        }

        var bytes = BytesOf(state);
        for (var attempt = 0; attempt < 400; attempt++)
        {
            var broken = bytes.ToArray();
            broken[random.NextBelow((ulong)broken.Length)] = (byte)random.NextBelow(256);
            var length = random.NextBelow(3) == 0 ? (int)random.NextBelow((ulong)broken.Length) : broken.Length;
            try
            {
                var read = MergeState.Read(broken.AsMemory(0, length));
                Assert.That(BytesOf(read).AsSpan().SequenceEqual(broken.AsSpan(0, length)), "there is one form of each state");
            }
            catch (Exception exception) when (exception is MessageFormatException or MessagePackSerializationException)
            {
                Assert.That(exception.Message, Is.Not.Empty);
            }
        }
    }

    [Test]
    public void A_path_has_a_key_and_not_too_many()
    {
        var tooLong = Enumerable.Repeat(A, MergeState.PathMax + 1).ToArray();

        Assert.That(() => MergeState.Empty.Add(One, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => MergeState.Empty.Add(One, 1, tooLong), Throws.InstanceOf<ArgumentOutOfRangeException>());
        var deep = MergeState.Empty.Add(One, 1, tooLong.AsSpan(1));
        Assert.That(MergeState.Read(BytesOf(deep)).Count(tooLong.AsSpan(1)), Is.EqualTo(1));
    }

    private static Timestamp At(long milliseconds) => new(milliseconds);

    private static byte[] BytesOf(MergeState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        state.Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static T Any<T>(DeterministicRandom random, params T[] items) => items[random.NextBelow((ulong)items.Length)];

    private static MergeState Change(DeterministicRandom random, MergeState state, NodeId agent)
    {
        MergeKey[] path = random.NextBelow(3) == 0 ? [Any(random, A, B), Any(random, X, Y)] : [Any(random, A, B)];
        return random.NextBelow(6) switch
        {
            0 => state.Assign(agent, At((long)random.NextBelow(10)), Any(random, X, Y), path),
            1 => state.Add(agent, (long)random.NextBelow(9) - 4, path),
            2 => state.Include(agent, Any(random, X, Y), path),
            3 => state.Exclude(Any(random, X, Y), path),
            4 => state.Remove(path),
            _ => state.Assign(agent, At((long)random.NextBelow(10)), Any(random, A, B), path),
        };
    }
}
