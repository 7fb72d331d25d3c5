namespace Consensus.Engine.Tests.Applying;

public sealed class WaitingReadersTests
{
    [Test]
    public void Readers_that_have_ended_are_dropped_although_their_entry_is_never_applied()
    {
        var readers = new WaitingReaders();
        for (ulong i = 0; i < 10_000; i++)
        {
            readers.Add(new Reader(i) { HasEnded = i % 100 > 0 }, new LogIndex(i));
            Assert.That(readers.Count, Is.LessThanOrEqualTo(64 + (2 * (int)((i / 100) + 1))));
        }

        var taken = new List<ulong>();
        while (readers.TryTake(upTo: null, out var reader))
        {
            taken.Add(((Reader)reader).Index);
        }

        Assert.That(taken.Where(index => index % 100 == 0), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (ulong)i * 100)), "whoever waits is there, in order");
    }

    [Test]
    public void Readers_are_taken_when_their_entry_is_applied_and_not_before()
    {
        var readers = new WaitingReaders();
        readers.Add(new Reader(7), new LogIndex(7));
        readers.Add(new Reader(5), new LogIndex(5));

        Assert.That(readers.TryTake(new LogIndex(4), out _), Is.False);
        Assert.That(readers.TryTake(new LogIndex(6), out var reader), Is.True);
        Assert.That(((Reader)reader!).Index, Is.EqualTo(5));
        Assert.That(readers.TryTake(new LogIndex(6), out _), Is.False);
    }

    private sealed class Reader(ulong index) : IStateReader
    {
        public ulong Index => index;

        public bool HasEnded { get; init; }

        public void OnCurrent(IReplicatedState state, LogIndex applied)
        {
        }

        public void OnAbandoned(Exception exception)
        {
        }
    }
}
