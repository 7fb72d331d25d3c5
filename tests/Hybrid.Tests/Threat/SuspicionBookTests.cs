using Consensus.Hybrid.Threat;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Requirement E1: what one replica has seen, and the level that follows.</summary>
[TestFixture]
public sealed class SuspicionBookTests
{
    private const double Window = 600;

    private static SuspicionBook Book(ThreatOptions? options = null)
    {
        var book = new SuspicionBook(options ?? new ThreatOptions());
        book.Keep([Group.Node(2), Group.Node(3), Group.Node(4)]);
        return book;
    }

    [Test]
    public void Who_leaves_the_group_has_no_account_any_more_and_who_stays_keeps_his()
    {
        var book = Book();
        book.Observe(Group.Node(2), SuspicionKind.SignatureFailure, Group.At(1));
        book.Observe(Group.Node(3), SuspicionKind.SignatureFailure, Group.At(1));

        book.Keep([Group.Node(3), Group.Node(5)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(book.LevelOf(Group.Node(2), Group.At(2)), Is.EqualTo(ThreatLevel.None));
            Assert.That(book.LevelOf(Group.Node(3), Group.At(2)), Is.EqualTo(ThreatLevel.Low));
            Assert.That(book.Observe(Group.Node(5), SuspicionKind.SignatureFailure, Group.At(2)), Is.True);
            Assert.That(book.Observe(Group.Node(2), SuspicionKind.SignatureFailure, Group.At(2)), Is.False);
        }
    }

    [TestCase(0, ThreatLevel.None)]
    [TestCase(1, ThreatLevel.Low)]
    [TestCase(2, ThreatLevel.Low)]
    [TestCase(3, ThreatLevel.Medium)]
    [TestCase(5, ThreatLevel.Medium)]
    [TestCase(6, ThreatLevel.High)]
    [TestCase(10, ThreatLevel.High)]
    [TestCase(11, ThreatLevel.High, Description = "A count is no proof: more than ten are not critical.")]
    [TestCase(1_000_000, ThreatLevel.High)]
    public void So_many_signature_failures_are_this_level(int failures, ThreatLevel level)
    {
        var book = Book();
        for (var i = 0; i < failures; i++)
        {
            book.Observe(Group.Node(2), SuspicionKind.SignatureFailure, Group.At(1));
        }

        Assert.That((book.LevelOf(Group.Node(2), Group.At(1)), book.Level(Group.At(1))), Is.EqualTo((level, level)));
        Assert.That(book.TotalOf(Group.Node(2), SuspicionKind.SignatureFailure), Is.EqualTo(failures));
        Assert.That(book.CountFailures(Group.Node(2), Group.At(1)), Is.EqualTo(Math.Min(failures, 6)));
    }

    [TestCase(SuspicionKind.Tampering, ThreatLevel.Critical)]
    [TestCase(SuspicionKind.Equivocation, ThreatLevel.Critical)]
    [TestCase(SuspicionKind.TimingAnomaly, ThreatLevel.Low)]
    public void The_other_kinds_are_this_level_however_often_until_the_window_ends(object kind, ThreatLevel level)
    {
        var book = Book();
        for (var i = 0; i < 1000; i++)
        {
            book.Observe(Group.Node(3), (SuspicionKind)kind, Group.At(5));
        }

        Assert.That(book.LevelOf(Group.Node(3), Group.At(5)), Is.EqualTo(level));
        Assert.That(book.LevelOf(Group.Node(3), Group.At(5 + Window - 0.001)), Is.EqualTo(level));
        Assert.That(book.LevelOf(Group.Node(3), Group.At(5 + Window)), Is.EqualTo(ThreatLevel.None));
    }

    [Test]
    public void The_level_falls_only_as_the_window_empties()
    {
        var book = Book();
        for (var i = 0; i < 8; i++)
        {
            book.Observe(Group.Node(2), SuspicionKind.SignatureFailure, Group.At(i));
        }

        ThreatLevel[] levels = [.. new[] { 7, 601.9, 602, 604.9, 605, 606.9, 607 }.Select(at => book.Level(Group.At(at)))];

        Assert.That(levels, Is.EqualTo(new[] { ThreatLevel.High, ThreatLevel.High, ThreatLevel.Medium, ThreatLevel.Medium, ThreatLevel.Low, ThreatLevel.Low, ThreatLevel.None }));
    }

    [Test]
    public void Thresholds_are_those_of_the_options()
    {
        var book = Book(new ThreatOptions { LowFrom = 2, MediumFrom = 4, HighFrom = 5, Window = TimeSpan.FromSeconds(10) });

        ThreatLevel[] levels = [.. Enumerable.Range(1, 5).Select(i =>
        {
            book.Observe(Group.Node(2), SuspicionKind.SignatureFailure, Group.At(i));
            return book.Level(Group.At(i));
        })];

        Assert.That(levels, Is.EqualTo(new[] { ThreatLevel.None, ThreatLevel.Low, ThreatLevel.Low, ThreatLevel.Medium, ThreatLevel.High }));
        Assert.That(book.Level(Group.At(11)), Is.EqualTo(ThreatLevel.Medium));
    }

    [Test]
    public void What_one_does_is_on_nobody_elses_account()
    {
        var book = Book();
        foreach (var peer in new[] { 2, 3, 4 })
        {
            book.Observe(Group.Node(peer), SuspicionKind.SignatureFailure, Group.At(1));
            book.Observe(Group.Node(peer), SuspicionKind.SignatureFailure, Group.At(1));
        }

        Assert.That(book.Level(Group.At(1)), Is.EqualTo(ThreatLevel.Low), "six in all, and two of each");
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(0)]
    public void Outsiders_and_the_replica_itself_have_no_account(int peer)
    {
        var book = Book();

        Assert.That(book.Observe(Group.Node(peer), SuspicionKind.Tampering, Group.At(1)), Is.False);
        Assert.That((book.Level(Group.At(1)), book.LevelOf(Group.Node(peer), Group.At(1)), book.CountFailures(Group.Node(peer), Group.At(1))), Is.EqualTo((ThreatLevel.None, ThreatLevel.None, 0)));
    }

    [Test]
    public void A_time_that_goes_back_forgets_nothing_and_keeps_nothing_longer()
    {
        var book = Book();
        book.Observe(Group.Node(2), SuspicionKind.Tampering, Group.At(100));

        Assert.That(book.Level(Group.At(0)), Is.EqualTo(ThreatLevel.Critical));
        book.Level(Group.At(100 + Window));
        Assert.That(book.Level(Group.At(100)), Is.EqualTo(ThreatLevel.None));
    }

    [Test]
    public void A_flood_costs_no_memory()
    {
        var book = Book();
        Flood(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Flood(100_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);

        void Flood(int times)
        {
            for (var i = 0; i < times; i++)
            {
                book.Observe(new NodeId((uint)i), SuspicionKind.SignatureFailure, new Ticks(i));
                book.Observe(new NodeId(2), (SuspicionKind)(i % 4), new Ticks(i));
                book.Level(new Ticks(i));
            }
        }
    }

    [Test]
    public void One_more_observation_never_lowers_a_level()
    {
        var observations = Gen.ListOf(
            from peer in Gen.Choose(1, 5)
            from kind in Gen.Frequency((8, Gen.Constant(SuspicionKind.SignatureFailure)), (1, Gen.Elements(Enum.GetValues<SuspicionKind>())))
            from pause in Gen.Choose(0, 200)
            select (Peer: peer, Kind: kind, Pause: pause));
        var cases = from all in observations from left in Gen.Choose(0, 100) select (All: all.ToArray(), Left: left);

        Prop.ForAll(Arb.From(cases), test =>
        {
            var (with, without) = (Book(), Book());
            var now = 0.0;
            for (var i = 0; i < test.All.Length; i++)
            {
                var (peer, kind, pause) = test.All[i];
                now += pause;
                with.Observe(Group.Node(peer), kind, Group.At(now));
                if (i != test.Left)
                {
                    without.Observe(Group.Node(peer), kind, Group.At(now));
                }

                foreach (var member in new[] { 2, 3, 4 })
                {
                    if (with.LevelOf(Group.Node(member), Group.At(now)) < without.LevelOf(Group.Node(member), Group.At(now)))
                    {
                        return false;
                    }
                }
            }

            return with.Level(Group.At(now)) >= without.Level(Group.At(now));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>The ring of times against all times.</summary>
    [Test]
    public void The_level_is_that_of_a_count_of_everything_within_the_window()
    {
        var pauses = Gen.ListOf(Gen.Choose(0, 300)).Select(list => list.ToArray());

        Prop.ForAll(Arb.From(pauses), list =>
        {
            var options = new ThreatOptions();
            var book = Book(options);
            var times = new List<double>();
            var now = 0.0;
            foreach (var pause in list)
            {
                now += pause;
                times.Add(now);
                book.Observe(Group.Node(2), SuspicionKind.SignatureFailure, Group.At(now));
                var later = now + (pause / 2.0);
                if (book.LevelOf(Group.Node(2), Group.At(later)) != options.LevelOf(times.Count(at => later - at < Window)))
                {
                    return false;
                }

                now = later;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [TestCase("Window is 999ms; allowed: 1s to 1d.", 0.999, 1, 3, 6)]
    [TestCase("Window is 86401s; allowed: 1s to 1d.", 86_401, 1, 3, 6)]
    [TestCase("LowFrom is 0; allowed: 1 or more.", 600, 0, 3, 6)]
    [TestCase("MediumFrom is 3; allowed: more than LowFrom (3).", 600, 3, 3, 6)]
    [TestCase("HighFrom is 3; allowed: more than MediumFrom (3), at most 1,000.", 600, 1, 3, 3)]
    [TestCase("HighFrom is 1001; allowed: more than MediumFrom (3), at most 1,000.", 600, 1, 3, 1001)]
    public void Thresholds_that_contradict_each_other_are_refused(string problem, double window, int low, int medium, int high)
    {
        var options = new ThreatOptions { Window = TimeSpan.FromSeconds(window), LowFrom = low, MediumFrom = medium, HighFrom = high };

        Assert.That(options.Validate(), Is.EqualTo(new[] { problem }));
        Assert.That(() => Book(options), Throws.ArgumentException.With.Message.StartsWith(problem));
    }
}
