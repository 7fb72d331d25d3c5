using System.Text;
using Consensus.Cryptography;

namespace Consensus.Gossip.Tests.State;

/// <summary>Which value is in force, and what is refused.</summary>
internal sealed class VersionedStoreTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly SharedState _state = new(1);

    [Test]
    public void In_whatever_order_values_come_the_highest_version_is_in_force_and_the_digest_is_one()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var values = Enumerable.Range(0, random.Next(1, 120)).Select(_ => _state.Next(random, 20)).ToArray();
            var expected = values.GroupBy(value => Text(value.Key), StringComparer.Ordinal).ToDictionary(of => of.Key, of => of.MaxBy(value => (value.Version, value.Hash))!.Hash, StringComparer.Ordinal);
            var digests = new HashSet<Digest>();
            for (var run = 0; run < 4; run++)
            {
                random.Shuffle(values);
                var store = _state.NewStore();
                foreach (var value in values)
                {
                    store.Put(SharedState.Noon, value);
                }

                Assert.That(store.All.ToDictionary(value => Text(value.Key), value => value.Hash, StringComparer.Ordinal), Is.EquivalentTo(expected), $"seed {seed}");
                Assert.That(store.Count, Is.EqualTo(expected.Count));
                digests.Add(store.Digest);
            }

            Assert.That(digests, Has.Count.EqualTo(1), $"seed {seed}");
        }
    }

    [Test]
    public void Another_value_is_another_digest_and_no_value_is_none()
    {
        var store = _state.NewStore();
        var digests = new HashSet<Digest> { store.Digest };
        Assert.That(store.Digest.IsNone, Is.True);
        foreach (var value in new[] { _state.Write("a", 1, "x"), _state.Write("b", 1, "x"), _state.Write("a", 2, "x"), _state.Write("a", 3, "y"), _state.Remove("a", 4), _state.Write("a", 5, "y", time: new Timestamp(7)) })
        {
            Assert.That(store.Put(SharedState.Noon, value), Is.EqualTo(PutResult.Stored));
            Assert.That(digests.Add(store.Digest), Is.True);
        }
    }

    [Test]
    public void Of_two_values_with_one_version_the_larger_hash_wins()
    {
        VersionedValue[] two = [.. new[] { _state.Write("a", 7, "x"), _state.Write("a", 7, "y", origin: 2) }.OrderBy(value => value.Hash)];
        var store = _state.StoreOf([two[1]]);
        Assert.That(store.Put(SharedState.Noon, two[0]), Is.EqualTo(PutResult.Superseded));
        store = _state.StoreOf(two);
        Assert.That(store.Find("a"u8), Is.SameAs(two[1]));
    }

    [Test]
    public void What_is_no_value_of_this_swarm_is_refused_with_a_reason_that_is_counted()
    {
        var value = _state.Write("a", 3, "content", origin: 4);
        var other = _state.Write("a", 4, "content", origin: 4);
        (VersionedValue Value, PutResult Expected)[] cases =
        [
            (Changed(value, key: "b"u8.ToArray()), PutResult.HashWrong),
            (Changed(value, version: 9), PutResult.HashWrong),
            (Changed(value, time: new Timestamp(5)), PutResult.HashWrong),
            (Changed(value, origin: new NodeId(5)), PutResult.HashWrong),
            (Changed(value, content: "Content"u8.ToArray()), PutResult.HashWrong),
            (new VersionedValue(value.Key, value.Version, value.Time, value.Origin, isTombstone: true, default, value.Hash, value.Signature), PutResult.HashWrong),
            (Changed(value, signature: other.Signature), PutResult.SignatureWrong),
            (Changed(value, signature: default(Signature)), PutResult.SignatureWrong),
            (_state.Write("a", 3, "content", origin: SharedState.Members + 1), PutResult.OriginUnknown),
            (new SharedState(2).Write("a", 3, "content"), PutResult.HashWrong),
            (_state.Write(new string('k', 257), 1, "content"), PutResult.TooLarge),
            (_state.Write("", 1, "content"), PutResult.TooLarge),
            (_state.Write("a", 1, new string('c', (64 * 1024) + 1)), PutResult.TooLarge),
            (new VersionedValue(value.Key, value.Version, value.Time, value.Origin, isTombstone: true, value.Content, value.Hash, value.Signature), PutResult.TooLarge),
            (_state.Write("a", 1, "content", time: new Timestamp(SharedState.Noon.UnixMilliseconds + 60_001)), PutResult.FromTheFuture),
            (_state.Write("a", 1, "content", time: new Timestamp(long.MaxValue)), PutResult.FromTheFuture),
        ];
        var store = _state.NewStore();
        foreach (var (refused, expected) in cases)
        {
            var before = store.CountOf(expected);
            Assert.That(store.Put(SharedState.Noon, refused), Is.EqualTo(expected));
            Assert.That((store.CountOf(expected) - before, store.Count, store.Bytes), Is.EqualTo((1L, 0, 0L)));
        }

        Assert.That(store.Put(SharedState.Noon, value), Is.EqualTo(PutResult.Stored));
        Assert.That(store.Put(SharedState.Noon, _state.Write("b", 1, "content", time: new Timestamp(SharedState.Noon.UnixMilliseconds + 60_000))), Is.EqualTo(PutResult.Stored));
    }

    [Test]
    public void Whoever_signs_for_another_swarm_signs_nothing_here()
    {
        // The same keys, another swarm, and the hash that would be right here.
        var elsewhere = new ClusterId(new Guid(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
        var there = VersionedValue.Write(elsewhere, new NodeId(1), "a"u8, 1, SharedState.Noon, "x"u8, _state.Registry.CreateSigner(new NodeId(1)));
        var here = _state.Write("a", 1, "x");
        var mixed = new VersionedValue(here.Key, 1, here.Time, here.Origin, isTombstone: false, here.Content, here.Hash, there.Signature);
        Assert.That(_state.NewStore().Put(SharedState.Noon, mixed), Is.EqualTo(PutResult.SignatureWrong));
    }

    [Test]
    public void What_is_signed_is_a_tag_the_swarm_and_the_hash()
    {
        var value = _state.Write("a", 1, "x", origin: 3);
        var signed = new byte[64];
        "consensus-state1"u8.CopyTo(signed);
        _state.Swarm.CopyTo(signed.AsSpan(16));
        value.Hash.CopyTo(signed.AsSpan(32));
        Assert.That(_state.Registry.Verify(_state.Registry.PublicKeyOf(new NodeId(3)), signed, value.Signature), Is.True);
        Assert.That(value.HashHolds(_state.Swarm) && !value.HashHolds(new ClusterId(new Guid(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9))), Is.True);
    }

    [Test]
    public void What_is_known_is_not_verified_again()
    {
        var value = _state.Write("a", 2, "content");
        var store = _state.StoreOf([value]);
        Assert.That(store.Put(SharedState.Noon, Changed(value, signature: default(Signature))), Is.EqualTo(PutResult.Known));
        Assert.That(store.Put(SharedState.Noon, Changed(value, version: 1, signature: default(Signature))), Is.EqualTo(PutResult.Superseded));
        Assert.That(store.Find("a"u8), Is.SameAs(value));
    }

    [Test]
    public void A_full_store_takes_no_other_key_but_what_replaces_and_what_removes()
    {
        var store = _state.NewStore(new VersionedStoreOptions { KeysMax = 3 });
        foreach (var key in new[] { "a", "b", "c" })
        {
            store.Put(SharedState.Noon, _state.Write(key, 1, "x"));
        }

        Assert.That(store.Put(SharedState.Noon, _state.Write("d", 1, "x")), Is.EqualTo(PutResult.Full));
        Assert.That(store.Put(SharedState.Noon, _state.Write("a", 2, "longer")), Is.EqualTo(PutResult.Stored));
        Assert.That(store.Put(SharedState.Noon, _state.Remove("b", 2)), Is.EqualTo(PutResult.Stored));
        Assert.That((store.Count, store.CountOf(PutResult.Full)), Is.EqualTo((3, 1L)));
    }

    [Test]
    public void The_bytes_are_bounded_and_counted_as_they_come_and_go()
    {
        var store = _state.NewStore(new VersionedStoreOptions { BytesMax = 64 << 10 });
        var expected = 0L;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var value = random.Next(5) == 0 ? _state.Remove($"{random.Next(100)}", (ulong)seed + 1) : _state.Write($"{random.Next(100)}", (ulong)seed + 1, new string('x', random.Next(4_000)));
            if (store.Put(SharedState.Noon, value) == PutResult.Stored)
            {
                expected = store.All.Sum(kept => (long)kept.Key.Length + kept.Content.Length + VersionedStore.OverheadBytes);
            }

            Assert.That(store.Bytes, Is.EqualTo(expected).And.LessThanOrEqualTo(64 << 10));
        }

        Assert.That(store.CountOf(PutResult.Full), Is.Positive);
        store.Forget(new Timestamp(SharedState.Noon.UnixMilliseconds + (long)Day.TotalMilliseconds));
        Assert.That(store.All.Any(value => value.IsTombstone), Is.False);
        Assert.That(store.Bytes, Is.EqualTo(store.All.Sum(kept => (long)kept.Key.Length + kept.Content.Length + VersionedStore.OverheadBytes)));
    }

    [Test]
    public void What_was_removed_stays_removed_until_its_tombstone_is_forgotten()
    {
        var old = _state.Write("a", 1, "x");
        var store = _state.StoreOf([old, _state.Remove("a", 2)]);
        Assert.That((store.Find("a"u8), store.FindAny("a"u8)!.Version), Is.EqualTo(((VersionedValue?)null, 2UL)));
        Assert.That(store.Put(SharedState.Noon, old), Is.EqualTo(PutResult.Superseded));
        var end = SharedState.Noon.UnixMilliseconds + (long)Day.TotalMilliseconds;
        Assert.That((store.Forget(new Timestamp(end - 1)), store.Forget(new Timestamp(end)), store.Count, store.Digest.IsNone), Is.EqualTo((0, 1, 0, true)));
    }

    [Test]
    public void A_tombstone_that_was_superseded_takes_nothing_with_it()
    {
        var store = _state.StoreOf([_state.Remove("a", 1), _state.Write("a", 2, "x")]);
        Assert.That((store.Forget(new Timestamp(long.MaxValue)), store.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void An_old_tombstone_removes_what_is_older_and_is_not_kept_for_nothing()
    {
        var late = new Timestamp(SharedState.Noon.UnixMilliseconds + (long)Day.TotalMilliseconds);
        var store = _state.StoreOf([_state.Write("a", 1, "x")]);
        Assert.That(store.Put(late, _state.Remove("b", 2)), Is.EqualTo(PutResult.Expired));
        Assert.That(store.Put(late, _state.Remove("a", 2)), Is.EqualTo(PutResult.Stored));
        Assert.That((store.Find("a"u8), store.Forget(late), store.Count), Is.EqualTo(((VersionedValue?)null, 1, 0)));
    }

    [Test]
    public void Any_number_of_tombstones_of_one_key_takes_no_more_than_one()
    {
        var store = _state.NewStore();
        for (var version = 1UL; version <= 5_000; version++)
        {
            store.Put(SharedState.Noon, _state.Remove("a", version));
            Assert.That(store.TombstonesWaiting, Is.LessThanOrEqualTo(1_026));
        }

        Assert.That(store.Forget(new Timestamp(long.MaxValue)), Is.EqualTo(1));
    }

    [Test]
    public void A_version_is_at_least_1_and_a_time_no_negative_one()
    {
        Assert.That(() => _state.Write("a", 0, "x"), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _state.Remove("a", 1, time: new Timestamp(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Settings_say_what_is_allowed()
    {
        Assert.That(new VersionedStoreOptions().Validate(), Is.Empty);
        var wrong = new VersionedStoreOptions { KeysMax = 0, BytesMax = 1, KeyBytesMax = 2_000, ContentBytesMax = 0, AheadMax = TimeSpan.FromTicks(-1), TombstoneTime = TimeSpan.Zero };
        Assert.That(wrong.Validate(), Has.Count.EqualTo(6));
        Assert.That(wrong.Validate()[0], Is.EqualTo("KeysMax is 0; allowed: 1 to 16,777,216."));
    }

    private static string Text(ReadOnlyMemory<byte> key) => Encoding.UTF8.GetString(key.Span);

    private static VersionedValue Changed(VersionedValue value, byte[]? key = null, ulong? version = null, Timestamp? time = null, NodeId? origin = null, byte[]? content = null, Signature? signature = null) =>
        new(key ?? value.Key, version ?? value.Version, time ?? value.Time, origin ?? value.Origin, value.IsTombstone, content ?? value.Content, value.Hash, signature ?? value.Signature);
}
