using Consensus.Hybrid.Threat;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Requirement E2: f + 1 members' word, or one proof.</summary>
[TestFixture]
public sealed class ReportBoardTests
{
    private const double Window = 600;

    private ulong _version;

    private static ReportBoard Board(int members = 4) => new(Group.Domain, Group.Of(members), new ThreatOptions());

    private ThreatReport Report(int reporter, int accused, ThreatLevel level) => new(Group.Node(reporter), Group.Node(accused), level, ++_version);

    [TestCase(4, 1)]
    [TestCase(6, 1)]
    [TestCase(7, 2)]
    [TestCase(10, 3)]
    public void F_members_agree_on_nothing_and_one_more_does(int members, int f)
    {
        var board = Board(members);
        for (var reporter = 1; reporter <= f; reporter++)
        {
            board.Report(Report(reporter, members, ThreatLevel.Critical), Group.At(1));
        }

        Assert.That(board.Agreed(Group.At(1)), Is.SameAs(AgreedThreat.Nothing));

        board.Report(Report(f + 1, members, ThreatLevel.High), Group.At(1));
        var agreed = board.Agreed(Group.At(1));
        Assert.That((agreed.Level, agreed.Accused, agreed.IsProven), Is.EqualTo((ThreatLevel.High, Group.Node(members), false)), "and not what the f say");
        Assert.That(agreed.Reporters, Is.EqualTo(Enumerable.Range(1, f + 1).Select(Group.Node)));
    }

    [Test]
    public void One_that_reports_about_everybody_for_the_whole_run_escalates_nothing()
    {
        var board = Board();
        for (var second = 0; second < 3600; second++)
        {
            foreach (var accused in new[] { 1, 2, 3, 4 })
            {
                board.Report(Report(4, accused, ThreatLevel.Critical), Group.At(second));
            }

            Assert.That(board.Agreed(Group.At(second)), Is.SameAs(AgreedThreat.Nothing));
        }

        Assert.That(board.Kept, Is.EqualTo(3));
    }

    [Test]
    public void Two_that_report_about_different_members_agree_on_nothing()
    {
        var board = Board();
        board.Report(Report(1, 3, ThreatLevel.High), Group.At(1));
        board.Report(Report(2, 4, ThreatLevel.High), Group.At(1));

        Assert.That(board.Agreed(Group.At(1)).Level, Is.EqualTo(ThreatLevel.None));
    }

    [Test]
    public void Words_about_oneself_and_of_or_about_outsiders_do_not_count()
    {
        var board = Board();

        Assert.That(board.Report(Report(3, 3, ThreatLevel.High), Group.At(1)), Is.EqualTo(ReportOutcome.AboutItself));
        Assert.That(board.Report(Report(9, 3, ThreatLevel.High), Group.At(1)), Is.EqualTo(ReportOutcome.NoMember));
        Assert.That(board.Report(Report(1, 9, ThreatLevel.High), Group.At(1)), Is.EqualTo(ReportOutcome.NoMember));
        Assert.That(board.Convict(Group.Evidence(9), Group.At(1)), Is.EqualTo(ReportOutcome.NoMember));
        Assert.That(board.Report(Report(1, 3, ThreatLevel.High), Group.At(1)), Is.EqualTo(ReportOutcome.Counted));
        Assert.That((board.Agreed(Group.At(1)).Level, board.Kept), Is.EqualTo((ThreatLevel.None, 1)));
    }

    [Test]
    public void Reports_leave_the_window_one_by_one_and_the_level_with_them()
    {
        var board = Board();
        board.Report(Report(1, 3, ThreatLevel.High), Group.At(0));
        board.Report(Report(2, 3, ThreatLevel.High), Group.At(100));
        Assert.That(board.Agreed(Group.At(Window - 0.001)).Level, Is.EqualTo(ThreatLevel.High));
        Assert.That(board.Agreed(Group.At(Window)).Level, Is.EqualTo(ThreatLevel.None));

        board.Report(Report(4, 3, ThreatLevel.Medium), Group.At(Window));
        Assert.That(board.Agreed(Group.At(Window)).Level, Is.EqualTo(ThreatLevel.Medium), "other reporters, and the lower of the two levels");
    }

    [Test]
    public void A_report_that_is_taken_back_or_lowered_counts_no_more()
    {
        var board = Board();
        board.Report(Report(1, 3, ThreatLevel.High), Group.At(0));
        board.Report(Report(2, 3, ThreatLevel.High), Group.At(0));
        board.Report(Report(2, 3, ThreatLevel.Low), Group.At(1));
        Assert.That(board.Agreed(Group.At(1)).Level, Is.EqualTo(ThreatLevel.Low));

        board.Report(Report(1, 3, ThreatLevel.None), Group.At(2));
        Assert.That(board.Agreed(Group.At(2)), Is.SameAs(AgreedThreat.Nothing));
    }

    [Test]
    public void An_old_report_that_somebody_sends_again_neither_counts_nor_lasts()
    {
        var board = Board();
        var (mine, old) = (Report(1, 3, ThreatLevel.High), Report(2, 3, ThreatLevel.High));
        board.Report(mine, Group.At(0));
        board.Report(old, Group.At(0));

        Assert.That(board.Report(old, Group.At(Window - 1)), Is.EqualTo(ReportOutcome.Stale), "again");
        Assert.That(board.Agreed(Group.At(Window)).Level, Is.EqualTo(ThreatLevel.None));
        board.Report(Report(2, 3, ThreatLevel.None), Group.At(Window));
        board.Report(Report(1, 3, ThreatLevel.High), Group.At(Window));
        Assert.That(board.Report(old, Group.At(Window)), Is.EqualTo(ReportOutcome.Stale), "what was taken back");
        Assert.That(board.Agreed(Group.At(Window)).Level, Is.EqualTo(ThreatLevel.None));
    }

    [Test]
    public void One_proof_is_enough_and_is_told_apart()
    {
        var board = Board();

        Assert.That(board.Convict(Group.Evidence(2), Group.At(1)), Is.EqualTo(ReportOutcome.Counted));

        var agreed = board.Agreed(Group.At(1));
        Assert.That((agreed.Level, agreed.Accused, agreed.IsProven, agreed.Reporters.Count), Is.EqualTo((ThreatLevel.Critical, Group.Node(2), true, 0)));
    }

    [Test]
    public void The_same_proof_counts_once_and_a_new_one_anew()
    {
        var board = Board();
        board.Convict(Group.Evidence(2), Group.At(0));

        Assert.That(board.Convict(Group.Evidence(2), Group.At(Window - 1)), Is.EqualTo(ReportOutcome.Stale));
        Assert.That(board.Agreed(Group.At(Window)).Level, Is.EqualTo(ThreatLevel.None));
        Assert.That(board.HasConvicted, Is.True, "which nothing makes undone");

        board.Convict(Group.Evidence(2, place: 2), Group.At(Window));
        Assert.That(board.Agreed(Group.At(Window)).Level, Is.EqualTo(ThreatLevel.Critical));
    }

    [Test]
    public void A_proof_of_another_epoch_or_cluster_does_not_count()
    {
        var board = Board();

        Assert.That(board.Convict(Group.Evidence(2, domain: Group.Domain with { Epoch = new Epoch(2) }), Group.At(0)), Is.EqualTo(ReportOutcome.OtherEpoch));
        Assert.That(board.Convict(Group.Evidence(2, domain: Group.Domain with { Cluster = new ClusterId(Guid.Parse("11111111-2222-3333-4444-555555555555")) }), Group.At(0)), Is.EqualTo(ReportOutcome.OtherEpoch));
        Assert.That((board.Agreed(Group.At(0)).Level, board.HasConvicted, board.Kept), Is.EqualTo((ThreatLevel.None, false, 0)));
    }

    [Test]
    public void Who_was_proven_faulty_too_often_stays_so_as_long_as_the_epoch_lasts_and_costs_no_more_memory()
    {
        var board = Board();
        for (ulong place = 1; place <= 1000; place++)
        {
            board.Convict(Group.Evidence(2, place), Group.At(0));
        }

        Assert.That(board.Kept, Is.EqualTo(AccusedMember.ProofsMax));
        Assert.That(board.Agreed(Group.At(100 * Window)).Level, Is.EqualTo(ThreatLevel.Critical));
    }

    [Test]
    public void Among_fewer_than_four_there_is_no_board() =>
        Assert.That(() => Board(3), Throws.ArgumentException.With.Message.StartsWith("There are 3 members; allowed: at least 4, for among fewer the word of one would be enough."));

    [Test]
    public void Options_out_of_range_are_refused() =>
        Assert.That(() => new ReportBoard(Group.Domain, Group.Of(4), new ThreatOptions { LowFrom = 0 }), Throws.ArgumentException);

    /// <summary>Any f of the members, whatever they report, as often and whenever they like, never raise the level above what a correct member reports; so alone, they raise it not at all.</summary>
    [Test]
    public void Liars_never_raise_the_level_above_what_a_correct_member_reports()
    {
        var reports = Gen.ListOf(
            from reporter in Gen.Choose(1, 8)
            from accused in Gen.Choose(1, 8)
            from level in Gen.Elements(Enum.GetValues<ThreatLevel>())
            from pause in Gen.Choose(0, 200)
            select (reporter, accused, level, pause));
        var cases =
            from members in Gen.Elements(4, 7)
            from highest in Gen.Elements(Enum.GetValues<ThreatLevel>())
            from list in reports
            select (Members: members, Highest: highest, Reports: list.ToArray());

        Prop.ForAll(Arb.From(cases), test =>
        {
            var board = Board(test.Members);
            var liars = ByzantineQuorum.FaultsMax(test.Members);
            var now = 0.0;
            foreach (var (reporter, accused, level, pause) in test.Reports)
            {
                now += pause;

                // The first f lie; the others report what they see, which is at most this.
                var said = reporter <= liars ? level : (ThreatLevel)Math.Min((int)level, (int)test.Highest);
                board.Report(Report(reporter, accused, said), Group.At(now));
                if (board.Agreed(Group.At(now)).Level > test.Highest || board.Kept > test.Members * (test.Members - 1))
                {
                    return false;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    /// <summary>f liars that deny everything hide nothing that f + 1 correct members report.</summary>
    [Test]
    public void Liars_hide_nothing()
    {
        var board = Board(7);
        foreach (var reporter in new[] { 1, 2, 3, 4, 5 })
        {
            board.Report(Report(reporter, 6, reporter <= 2 ? ThreatLevel.None : ThreatLevel.High), Group.At(0));
        }

        Assert.That(board.Agreed(Group.At(0)).Level, Is.EqualTo(ThreatLevel.High));
    }
}
