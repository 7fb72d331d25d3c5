using Consensus.Cryptography;
using Consensus.Storage.Files;

namespace Consensus.Swarm.Tests.Ballots;

/// <summary>What a node has voted outlives it, and nothing else is made of it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class VoteJournalTests
{
    private const string Folder = "/votes";
    private const string Path = "/votes/votes";

    private static readonly ClusterId Swarm = new(new Guid("6f0c3c5e-0000-4000-8000-000000000002"));
    private static readonly NodeId Node = new(3);

    private readonly MemoryFileSystem _files = new();
    private readonly Clock _clock = new();

    private Timestamp InAnHour => new(_clock.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds());

    [Test]
    public void The_first_vote_in_a_ballot_stays_whatever_comes_after_it()
    {
        using (var journal = Open())
        {
            Assert.That(journal.Find(Ballot(1)), Is.Null);
            Assert.That((journal.Record(Ballot(1), InAnHour, isFor: true), journal.Record(Ballot(1), InAnHour, isFor: false), journal.Record(Ballot(2), InAnHour, isFor: false)), Is.EqualTo((true, true, false)));
        }

        using var again = Open();
        Assert.That((again.Find(Ballot(1)), again.Find(Ballot(2)), again.Find(Ballot(3))), Is.EqualTo(((bool?)true, (bool?)false, (bool?)null)));
        Assert.That(again.Record(Ballot(1), InAnHour, isFor: false), Is.True);
    }

    [Test]
    public void A_vote_that_was_not_whole_when_the_power_failed_was_none([Range(1, 63)] int bytes)
    {
        using (var journal = Open())
        {
            journal.Record(Ballot(1), InAnHour, isFor: true);
            journal.Record(Ballot(2), InAnHour, isFor: true);
        }

        using (var file = _files.Open(Path))
        {
            file.Truncate(128 + bytes);
        }

        using var again = Open();
        Assert.That((again.Find(Ballot(1)), again.Find(Ballot(2))), Is.EqualTo(((bool?)true, (bool?)null)));
        Assert.That(again.Record(Ballot(2), InAnHour, isFor: false), Is.False);
    }

    [Test]
    public void Any_other_damage_is_an_error_and_is_found_again([Values(0, 9, 20, 30, 63, 64, 100, 104, 127)] int at)
    {
        using (var journal = Open())
        {
            journal.Record(Ballot(1), InAnHour, isFor: true);
            journal.Record(Ballot(2), InAnHour, isFor: true);
        }

        using (var file = _files.Open(Path))
        {
            var one = new byte[1];
            file.Read(at, one);
            one[0] ^= 0x10;
            file.Write(at, one);
        }

        Assert.That(Open, Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(Open, Throws.TypeOf<ConsensusException>(), "nothing was written over it");
    }

    [Test]
    public void Another_nodes_and_another_swarms_are_refused()
    {
        Open().Dispose();
        Assert.That(() => VoteJournal.Open(_files, Folder, Swarm, new NodeId(4), _clock), Throws.TypeOf<ConsensusException>().With.Message.EqualTo($"The journal of votes {Path} is that of node 3 in swarm {Swarm}; allowed: node 4 in swarm {Swarm}."));
        Assert.That(() => VoteJournal.Open(_files, Folder, new ClusterId(Guid.NewGuid()), Node, _clock), Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.StorageForeign));
    }

    [Test]
    public void Votes_are_forgotten_a_day_after_their_ballots()
    {
        using (var journal = Open())
        {
            journal.Record(Ballot(1), InAnHour, isFor: true);
            _clock.Now += TimeSpan.FromHours(2);
            journal.Record(Ballot(2), InAnHour, isFor: true);
        }

        _clock.Now += TimeSpan.FromHours(23.5);
        using var again = Open();
        Assert.That((again.Find(Ballot(1)), again.Find(Ballot(2))), Is.EqualTo(((bool?)null, (bool?)true)));
    }

    [Test]
    public void Two_may_not_use_one()
    {
        using var journal = Open();
        Assert.That(Open, Throws.InstanceOf<IOException>());
    }

    [Test]
    public void On_a_disk_it_is_the_same()
    {
        var folder = System.IO.Path.Join(TestContext.CurrentContext.WorkDirectory, $"votes-{Guid.NewGuid():N}");
        try
        {
            using (var journal = VoteJournal.Open(folder, Swarm, Node))
            {
                journal.Record(Ballot(1), new Timestamp(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), isFor: true);
            }

            using var again = VoteJournal.Open(folder, Swarm, Node);
            Assert.That(again.Find(Ballot(1)), Is.True);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Digest Ballot(int number) => Blake3.Hash(BitConverter.GetBytes(number));

    private VoteJournal Open() => VoteJournal.Open(_files, Folder, Swarm, Node, _clock);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
