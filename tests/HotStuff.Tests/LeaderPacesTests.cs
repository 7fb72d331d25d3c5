using Consensus.HotStuff.Pacemaker;

namespace Consensus.HotStuff.Tests;

/// <summary>What leaders are allowed by what others have shown that batches take, of whom two may lie.</summary>
public sealed class LeaderPacesTests
{
    [TestCase(new int[] { }, 0)]
    [TestCase(new[] { 10, 20 }, 0, TestName = "Two_may_both_be_slow_on_purpose")]
    [TestCase(new[] { 480, 10, 470 }, 80, TestName = "Of_three_the_fastest_counts")]
    [TestCase(new[] { 480, 10, 470, 20 }, 160, TestName = "Of_four_the_second")]
    [TestCase(new[] { 480, 10, 470, 20, 30 }, 240, TestName = "Of_five_the_third_so_that_a_correct_one_is_among_them")]
    [TestCase(new[] { 480, 10, 470, 20, 30, 40 }, 240, TestName = "And_of_six_too")]
    public void Eight_times_the_pace_of_others_is_allowed(int[] paces, int allowed)
    {
        var known = new LeaderPaces(faultsMax: 2);
        for (var i = 0; i < paces.Length; i++)
        {
            known.Note(new NodeId((uint)(i + 2)), TimeSpan.FromMilliseconds(paces[i]));
        }

        Assert.That(known.AllowanceFor(new NodeId(1)), Is.EqualTo(TimeSpan.FromMilliseconds(allowed)));
    }

    [Test]
    public void A_leader_has_no_say_in_what_it_is_allowed_itself_and_its_last_term_counts_for_others()
    {
        var known = new LeaderPaces(faultsMax: 1);
        known.Note(new NodeId(1), TimeSpan.FromMilliseconds(400));
        known.Note(new NodeId(2), TimeSpan.FromMilliseconds(300));
        known.Note(new NodeId(3), TimeSpan.FromMilliseconds(200));
        known.Note(new NodeId(1), TimeSpan.FromMilliseconds(10));
        known.Note(new NodeId(2), null);
        known.Note(NodeId.None, TimeSpan.FromMilliseconds(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.AllowanceFor(new NodeId(1)), Is.EqualTo(TimeSpan.FromMilliseconds(1600)), "of 200 and 300 the faster");
            Assert.That(known.AllowanceFor(new NodeId(3)), Is.EqualTo(TimeSpan.FromMilliseconds(80)), "of 10 and 300 the faster");
        }
    }
}
