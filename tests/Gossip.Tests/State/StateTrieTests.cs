using System.Globalization;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Tests.State;

/// <summary>The tree over a store, against a plain list.</summary>
internal sealed class StateTrieTests
{
    private readonly SharedState _state = new(3);

    [Test]
    public void Its_digests_follow_from_what_is_in_it_and_not_from_how_it_came_there()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var trie = new StateTrie();
            var model = new Dictionary<Digest, VersionedValue>();
            for (var change = 0; change < 200; change++)
            {
                var value = _state.Next(random, 60);
                if (random.Next(3) == 0)
                {
                    Assert.That(trie.Remove(value.Position), Is.EqualTo(model.Remove(value.Position)));
                }
                else
                {
                    trie.Put(value);
                    model[value.Position] = value;
                }
            }

            var fresh = new StateTrie();
            foreach (var value in model.Values.OrderBy(value => value.Hash))
            {
                fresh.Put(value);
            }

            Assert.That((trie.Digest, trie.Count), Is.EqualTo((fresh.Digest, model.Count)), $"seed {seed}");
            Assert.That(model.Values.All(value => ReferenceEquals(trie.Find(value.Position), value)), Is.True);
        }
    }

    [Test]
    public void A_range_has_the_values_whose_positions_begin_with_its_digits_and_their_digest()
    {
        var random = new Random(4);
        var values = Crowded(600).ToArray();
        var trie = TrieOf(values);
        for (var run = 0; run < 1_000; run++)
        {
            var depth = random.Next(0, 7);
            var digits = values[random.Next(values.Length)].Position.ToString()[..depth];
            if (depth > 0 && random.Next(3) == 0)
            {
                digits = digits[..^1] + "0123456789abcdef"[random.Next(16)];
            }

            var range = RangeOf(digits);
            var expected = values.Where(value => value.Position.ToString().StartsWith(digits, StringComparison.Ordinal)).OrderBy(value => value.Position).ToArray();
            var node = trie.In(range);
            Assert.That(node?.Count ?? 0, Is.EqualTo(expected.Length), digits);
            if (node is null)
            {
                continue;
            }

            Assert.That(node.Digest, Is.EqualTo(TrieOf(expected).Digest), digits);
            var place = random.Next(2) == 0 ? (ulong)random.NextInt64() : TrieNode.LeadingOf(expected[random.Next(expected.Length)].Position);
            var around = expected.Where(value => TrieNode.LeadingOf(value.Position) >= place).Concat(expected.Where(value => TrieNode.LeadingOf(value.Position) < place));
            Assert.That(StateTrie.Around(node, place), Is.EqualTo(place > node.First && place <= node.Last ? around : expected), digits);
        }
    }

    [Test]
    public void A_range_falls_into_sixteen_that_follow_each_other()
    {
        var range = RangeOf("a1");
        for (var depth = 2; depth < KeyRange.DepthMax; depth++)
        {
            var parts = Enumerable.Range(0, KeyRange.Parts).Select(range.Part).ToArray();
            Assert.That((parts[0].Start, parts[^1].Last), Is.EqualTo((range.Start, range.Last)));
            Assert.That(parts.Zip(parts.Skip(1)).All(pair => pair.First.Last + 1 == pair.Second.Start), Is.True);
            Assert.That(parts.All(part => part.IsValid && range.Contains(part.Start) && range.Contains(part.Last)), Is.True);
            range = parts[depth % KeyRange.Parts];
        }

        Assert.That((range.Start, range.Last, range.Depth), Is.EqualTo((range.Last, range.Start, KeyRange.DepthMax)));
        Assert.That(KeyRange.All.Contains(ulong.MaxValue) && KeyRange.All.Contains(0), Is.True);
    }

    /// <summary>Values of which some were looked for so that their positions begin alike: the longer, the more attempts that takes.</summary>
    private IEnumerable<VersionedValue> Crowded(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return _state.Write($"any {i}", 1, "x");
        }

        for (int attempt = 0, found = 0; found < 40; attempt++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"alike {attempt}");
            if (TrieNode.LeadingOf(VersionedValue.PositionOf(System.Text.Encoding.UTF8.GetBytes(key))) >> 52 == 0xabc)
            {
                found++;
                yield return _state.Write(key, 1, "x");
            }
        }
    }

    private static KeyRange RangeOf(string digits) => new(ulong.Parse(digits.PadRight(16, '0'), NumberStyles.HexNumber, CultureInfo.InvariantCulture), digits.Length);

    private static StateTrie TrieOf(IEnumerable<VersionedValue> values)
    {
        var trie = new StateTrie();
        foreach (var value in values)
        {
            trie.Put(value);
        }

        return trie;
    }
}
