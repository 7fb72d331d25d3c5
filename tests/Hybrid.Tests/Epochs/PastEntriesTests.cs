namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PastEntriesTests
{
    private readonly PastEntries _past = new();

    [Test]
    public void Nothing_is_read_where_nothing_is()
    {
        Assert.That(Read(1, 10), Is.Empty);
        Assert.That(_past.End, Is.EqualTo(LogIndex.Zero));
    }

    [Test]
    public void What_was_kept_is_read_from_any_place_on()
    {
        Keep(5, 6, 7, 8);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(5, 8), Is.EqualTo(new ulong[] { 5, 6, 7, 8 }));
            Assert.That(Read(6, 7), Is.EqualTo(new ulong[] { 6, 7 }));
            Assert.That(Read(8, 20), Is.EqualTo(new ulong[] { 8 }));
            Assert.That(Read(4, 8), Is.Empty, "the first one is not here");
            Assert.That(Read(9, 20), Is.Empty);
            Assert.That(_past.End, Is.EqualTo(new LogIndex(9)));
        }
    }

    [Test]
    public void One_is_read_at_least_and_others_up_to_a_number_of_bytes()
    {
        Keep(5, 6, 7, 8);
        var two = 2 * (int)EntryLog.BytesOf(Group.Entry(5, [1]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(5, 8, 1), Is.EqualTo(new ulong[] { 5 }));
            Assert.That(Read(5, 8, two), Is.EqualTo(new ulong[] { 5, 6 }));
            Assert.That(Read(5, 8, two - 1), Is.EqualTo(new ulong[] { 5 }));
        }
    }

    [Test]
    public void What_lies_before_a_gap_is_forgotten()
    {
        Keep(5, 6, 9, 10);

        Assert.That(Read(5, 10), Is.Empty);
        Assert.That(Read(9, 10), Is.EqualTo(new ulong[] { 9, 10 }));
    }

    [Test]
    public void The_oldest_are_forgotten_when_there_are_too_many_bytes()
    {
        var payload = new byte[(PastEntries.BytesMax / 4) - LogEntry.OverheadBytes];
        for (var index = 1UL; index <= 4; index++)
        {
            _past.Add(Group.Entry(index, payload));
        }

        Assert.That(Read(1, 1), Is.EqualTo(new ulong[] { 1 }), "four quarters fit");
        _past.Add(Group.Entry(5, [1]));

        Assert.That(Read(1, 1), Is.Empty);
        Assert.That(Read(2, 5), Is.EqualTo(new ulong[] { 2, 3, 4, 5 }));
    }

    private void Keep(params ulong[] indices)
    {
        foreach (var index in indices)
        {
            _past.Add(Group.Entry(index, [1]));
        }
    }

    private ulong[] Read(ulong first, ulong last, int bytesMax = int.MaxValue) =>
        [.. _past.Read(new LogIndex(first), new LogIndex(last), bytesMax).Select(entry => entry.Index.Value)];
}
