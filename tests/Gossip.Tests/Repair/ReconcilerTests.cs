using System.Globalization;
using Consensus.Gossip.Messages;
using Consensus.Gossip.State;
using Consensus.Gossip.Tests.State;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>Two sides come to have the same, at a cost that follows what they did not have in common.</summary>
internal sealed class ReconcilerTests
{
    private readonly SharedState _state = new(5);

    [Test]
    public void Whatever_two_sides_have_one_exchange_makes_them_equal()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var keys = random.Next(1, seed % 10 == 0 ? 3_000 : 300);
            var common = Some(random, keys, random.Next(2) * random.Next(keys));
            VersionedValue[][] sets = [[.. common, .. Some(random, keys, random.Next(3) * random.Next(keys) / 2)], [.. common, .. Some(random, keys, random.Next(3) * random.Next(keys) / 2)]];
            var stores = sets.Select(Kept).ToArray();
            var conversation = new Conversation(stores[0], stores[1]);
            conversation.Exchange();
            Assert.That(conversation.IsEqual, Is.True, $"seed {seed}");
            Assert.That(stores[0].Digest, Is.EqualTo(Kept([.. sets[0], .. sets[1]]).Digest), $"seed {seed}");
            Assert.That(conversation.TurnsMax, Is.LessThanOrEqualTo(8), $"seed {seed}");
        }
    }

    [Test]
    public void What_is_wanted_of_a_list_is_found_though_much_more_came_with_the_question()
    {
        // One side has two values, of which the other one has the first in an older version and lacks the second; and the first side lacks 1,200, some 75 of them in the same range.
        var many = Enumerable.Range(0, 1_200).Select(i => _state.Write($"{i}", 1, "x")).ToArray();
        var conversation = new Conversation(Kept([_state.Write("7", 2, "newer"), _state.Write("a", 1, "x")]), Kept(many));
        conversation.Exchange();
        Assert.That(conversation.IsEqual, Is.True);
    }

    [Test]
    public void However_little_an_exchange_may_cost_several_of_them_make_the_sides_equal()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            VersionedValue[][] sets = [Some(random, 800, random.Next(800)), Some(random, 800, random.Next(800))];
            var stores = sets.Select(Kept).ToArray();
            var conversation = new Conversation(stores[0], stores[1], 16 * 1024);
            for (var exchange = 0; !conversation.IsEqual; exchange++)
            {
                Assert.That(conversation.Exchange(), Is.Positive, $"seed {seed}: nothing was gained");
                Assert.That(exchange, Is.LessThan(100), $"seed {seed}");
            }

            Assert.That(conversation.SideBytesMax, Is.LessThanOrEqualTo(17 * 1024));
            Assert.That(stores[0].Digest, Is.EqualTo(Kept([.. sets[0], .. sets[1]]).Digest), $"seed {seed}");
        }
    }

    [Test]
    public void Values_as_long_as_allowed_get_across_beside_many_others_that_are_refused_again_and_again([Range(0, 9)] int variant)
    {
        var state = new VersionedStoreOptions();
        var least = 2 * (state.KeyBytesMax + state.ContentBytesMax + 1_024);
        Assert.That(new RepairOptions { ExchangeBytesMax = least }.Validate(state), Is.Empty);
        var late = new Timestamp(SharedState.Noon.UnixMilliseconds + 3_600_000);
        var stores = new[] { _state.NewStore(), _state.NewStore() };
        for (var side = 0; side < 2; side++)
        {
            for (var i = 0; i < 3_000; i++)
            {
                stores[side].Put(late, _state.Write($"{variant} {side} {i}", 1, i < 2 ? new string('x', state.ContentBytesMax) : "x", time: i < 2 ? SharedState.Noon : late));
            }
        }

        var conversation = new Conversation(stores[0], stores[1], least);
        for (var exchange = 0; stores[0].Count < 3_002 || stores[1].Count < 3_002; exchange++)
        {
            conversation.Exchange();
            Assert.That(exchange, Is.LessThan(40));
        }
    }

    [Test]
    public void What_is_refused_does_not_keep_others_from_being_repaired()
    {
        // The other side lacks 400 values; it refuses all but four of them, for they are from the future. Each exchange has room for some 80.
        var late = new Timestamp(SharedState.Noon.UnixMilliseconds + 3_600_000);
        var has = _state.NewStore();
        for (var i = 0; i < 400; i++)
        {
            has.Put(late, _state.Write($"{i}", 1, new string('x', 30), time: i % 100 == 7 ? SharedState.Noon : late));
        }

        var lacks = _state.NewStore();
        var conversation = new Conversation(lacks, has, 16 * 1024);
        var exchanges = 0;
        while (lacks.Count < 4)
        {
            conversation.Exchange();
            Assert.That(++exchanges, Is.LessThanOrEqualTo(10));
        }

        Assert.That(lacks.CountOf(PutResult.FromTheFuture), Is.Positive);
    }

    [Test]
    public void Keys_that_were_looked_for_so_that_they_lie_close_together_cost_little_more()
    {
        // 60 keys whose positions share 16 bits: 2^16 attempts for each of them.
        var alike = new List<VersionedValue>();
        for (var attempt = 0; alike.Count < 60; attempt++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"alike {attempt}");
            if (TrieNode.LeadingOf(VersionedValue.PositionOf(System.Text.Encoding.UTF8.GetBytes(key))) >> 50 == 0x3210)
            {
                alike.Add(_state.Write(key, 1, "x"));
            }
        }

        var common = Some(new Random(9), 4_000, 4_000);
        var conversation = new Conversation(Kept([.. common, .. alike.Take(40)]), Kept([.. common, .. alike.Skip(20)]));
        conversation.Exchange();
        Assert.That((conversation.IsEqual, conversation.TurnsMax), Is.EqualTo((true, 7)));
        Assert.That(conversation.Bytes, Is.LessThan(20_000));
    }

    [Test]
    public void Ten_differences_in_100_000_values_cost_no_20_KB_and_a_thousand_times_as_few_follow_the_differences()
    {
        const int Count = 100_000;
        var values = Enumerable.Range(0, Count + 1_010).Select(i => _state.Write($"key {i}", 1, $"content {i}")).ToArray();
        var stores = new[] { _state.StoreOf(values.Take(Count)), _state.StoreOf(values.Take(Count)) };
        var conversation = new Conversation(stores[0], stores[1]);
        conversation.Exchange();
        Assert.That((conversation.Messages, conversation.Bytes), Is.LessThanOrEqualTo((1, 100L)), "equal");
        for (var i = 0; i < 10; i++)
        {
            stores[i % 2].Put(SharedState.Noon, i < 4 ? _state.Write($"key {i * 9_999}", 2, "newer") : values[Count + i]);
        }

        var before = conversation.Bytes;
        Assert.That(conversation.Exchange(), Is.EqualTo(10));
        TestContext.Out.WriteLine($"10 differences: {conversation.Bytes - before} bytes, {conversation.Messages - 1} messages");
        Assert.That(conversation.IsEqual, Is.True);
        Assert.That(conversation.Bytes - before, Is.LessThanOrEqualTo(20_000));
        Assert.That(conversation.Messages - 1, Is.LessThanOrEqualTo(8));

        before = conversation.Bytes;
        stores[0].Put(SharedState.Noon, _state.Write("key 5", 3, "newest"));
        conversation.Exchange();
        TestContext.Out.WriteLine($"1 difference: {conversation.Bytes - before} bytes");
        Assert.That((conversation.IsEqual, conversation.Bytes - before < 2_500), Is.EqualTo((true, true)));

        before = conversation.Bytes;
        for (var i = 10; i < 1_010; i++)
        {
            stores[i % 2].Put(SharedState.Noon, values[Count + i]);
        }

        var exchanges = 0;
        for (; !conversation.IsEqual; exchanges++)
        {
            conversation.Exchange();
        }

        TestContext.Out.WriteLine($"1,000 differences: {conversation.Bytes - before} bytes, {exchanges} exchanges");
        Assert.That((exchanges <= 3, conversation.Bytes - before < 1_000_000), Is.EqualTo((true, true)));
    }

    [Test]
    public void Sets_that_have_nothing_in_common_cost_no_more_than_allowed_each_time_and_little_beside_their_values()
    {
        const int Count = 10_000;
        var stores = new[] { 0, 1 }.Select(side => _state.StoreOf(Enumerable.Range(0, Count).Select(i => _state.Write($"{side} {i}", 1, new string('x', 60))))).ToArray();
        var conversation = new Conversation(stores[0], stores[1], 256 * 1024);
        var exchanges = 0;
        while (!conversation.IsEqual)
        {
            Assert.That(conversation.Exchange(), Is.Positive);
            exchanges++;
        }

        var useful = 2L * Count * RepairWire.LengthOf(stores[0].All.First());
        TestContext.Out.WriteLine($"disjoint: {exchanges} exchanges, {conversation.Bytes} bytes for {useful} of values");
        Assert.That((stores[0].Count, conversation.SideBytesMax <= 257 * 1024, conversation.Bytes < 2 * useful), Is.EqualTo((2 * Count, true, true)));
    }

    [Test]
    public void An_empty_side_gets_everything_at_little_cost_beside_it()
    {
        var full = _state.StoreOf(Enumerable.Range(0, 5_000).Select(i => _state.Write($"{i}", 1, new string('x', 60))));
        var useful = full.Count * (long)RepairWire.LengthOf(full.All.First());
        foreach (var isAsking in new[] { true, false })
        {
            var empty = _state.NewStore();
            var conversation = isAsking ? new Conversation(empty, full, 128 * 1024) : new Conversation(full, empty, 128 * 1024);
            while (!conversation.IsEqual)
            {
                Assert.That(conversation.Exchange(), Is.Positive);
            }

            TestContext.Out.WriteLine($"empty: {conversation.Bytes} bytes for {useful} of values");
            Assert.That(conversation.Bytes, Is.LessThan(useful * 13 / 10));
        }
    }

    private VersionedValue[] Some(Random random, int keys, int count) => [.. Enumerable.Range(0, count).Select(_ => _state.Next(random, keys))];

    private VersionedStore Kept(IEnumerable<VersionedValue> values)
    {
        var store = _state.NewStore();
        foreach (var value in values)
        {
            store.Put(SharedState.Noon, value);
        }

        return store;
    }
}
