using Consensus.Raft.Audit;

namespace Consensus.Raft.Tests.Audit;

[TestFixture]
public sealed class StateHashesTests
{
    [Test]
    public void The_last_eight_are_kept()
    {
        var hashes = new StateHashes();
        for (byte i = 1; i <= 10; i++)
        {
            hashes.Add(new LogIndex(i), Hash.Of(i));
        }

        for (byte i = 1; i <= 10; i++)
        {
            Assert.That(hashes.TryGet(new LogIndex(i), out var hash), Is.EqualTo(i > 2), $"entry {i}");
            Assert.That(hash, Is.EqualTo(i > 2 ? Hash.Of(i) : default(Digest?)), $"entry {i}");
        }
    }

    [Test]
    public void Of_two_for_one_entry_the_newer_counts()
    {
        var hashes = new StateHashes();
        hashes.Add(new LogIndex(5), Hash.Of(1));
        hashes.Add(new LogIndex(6), Hash.Of(2));
        hashes.Add(new LogIndex(5), Hash.Of(3));
        Assert.That(hashes.TryGet(new LogIndex(5), out var hash) ? hash : null, Is.EqualTo(Hash.Of(3)));
    }

    [Test]
    public void The_hash_of_zeros_is_a_hash_like_any_other()
    {
        var hashes = new StateHashes();
        hashes.Add(new LogIndex(5), default);
        Assert.That(hashes.TryGet(new LogIndex(5), out _), Is.True);
    }

    [Test]
    public void Nothing_is_left_after_clearing()
    {
        var hashes = new StateHashes();
        hashes.Add(new LogIndex(5), Hash.Of(1));
        hashes.Clear();
        Assert.That(hashes.TryGet(new LogIndex(5), out _), Is.False);
    }
}
