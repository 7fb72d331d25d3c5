namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class VerifiedSignaturesTests
{
    private static PublicKey Key(int seed) => new(Inputs.Random(PublicKey.Size, seed));

    private static Signature Signed(int seed) => new(Inputs.Random(Signature.Size, seed));

    [Test]
    public void Only_the_very_signature_is_known()
    {
        var verified = new VerifiedSignatures(64);
        verified.Add(Key(1), FakeKeys.Hash(2), Signed(3));

        Assert.Multiple(() =>
        {
            Assert.That(verified.Contains(Key(1), FakeKeys.Hash(2), Signed(3)), Is.True);
            Assert.That(verified.Contains(Key(2), FakeKeys.Hash(2), Signed(3)), Is.False, "another key");
            Assert.That(verified.Contains(Key(1), FakeKeys.Hash(3), Signed(3)), Is.False, "another statement");
            Assert.That(verified.Contains(Key(1), FakeKeys.Hash(2), Signed(4)), Is.False, "another signature");
        });
    }

    [Test]
    public void The_newest_are_known_and_the_number_is_bounded()
    {
        var verified = new VerifiedSignatures(100);
        for (var i = 0; i < 1000; i++)
        {
            verified.Add(Key(1), FakeKeys.Hash(i), Signed(1));
            Assert.That(verified.Contains(Key(1), FakeKeys.Hash(i), Signed(1)), Is.True, $"{i}");
        }

        Assert.That(verified.Capacity, Is.EqualTo(128));
        Assert.That(Known(verified, 1000).Length, Is.InRange(100, 128));
    }

    [Test]
    public void The_same_calls_leave_the_same_entries()
    {
        var first = new VerifiedSignatures(64);
        var second = new VerifiedSignatures(64);
        for (var i = 0; i < 500; i++)
        {
            first.Add(Key(1), FakeKeys.Hash(i), Signed(1));
            second.Add(Key(1), FakeKeys.Hash(i), Signed(1));
        }

        Assert.That(Known(second, 500), Is.EqualTo(Known(first, 500)));
    }

    [Test]
    public void In_a_full_memory_the_oldest_gives_way()
    {
        var verified = new VerifiedSignatures(VerifiedSignatures.CapacityMin);
        for (var i = 0; i < VerifiedSignatures.CapacityMin + 3; i++)
        {
            verified.Add(Key(1), FakeKeys.Hash(i), Signed(1));
            verified.Add(Key(1), FakeKeys.Hash(i), Signed(1));
        }

        Assert.That(Known(verified, 20), Is.EqualTo(Enumerable.Range(3, VerifiedSignatures.CapacityMin)));
    }

    [Test]
    public void Many_threads_may_use_it_at_once()
    {
        const int PerThread = 2000;
        var verified = new VerifiedSignatures(1 << 16);
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < PerThread; i++)
            {
                verified.Add(Key(thread), FakeKeys.Hash(i), Signed(1));
                Assert.That(verified.Contains(Key(thread), FakeKeys.Hash(i), Signed(1)), Is.True);
            }
        });

        for (var thread = 0; thread < 4; thread++)
        {
            var known = Enumerable.Range(0, PerThread).Count(i => verified.Contains(Key(thread), FakeKeys.Hash(i), Signed(1)));
            Assert.That(known, Is.EqualTo(PerThread), $"thread {thread}");
        }
    }

    [TestCase(7)]
    [TestCase((1 << 24) + 1)]
    public void A_capacity_out_of_bounds_is_refused(int capacity) => Assert.That(() => new VerifiedSignatures(capacity), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static int[] Known(VerifiedSignatures verified, int count) => [.. Enumerable.Range(0, count).Where(i => verified.Contains(Key(1), FakeKeys.Hash(i), Signed(1)))];
}
