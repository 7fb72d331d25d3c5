using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using static Consensus.Simulation.Tests.Checkers.RegisterScript;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>The search for a linearization: on histories made by hand, and against a brute force that tries everything.</summary>
public sealed class RegisterSearchTests
{
    private const long StepsMax = 1_000_000;

    [Test]
    public void No_calls_are_linearizable() => Accepts();

    [Test]
    public void Calls_one_after_the_other_are_linearizable() =>
        Accepts(Read(null, 1, 2), Write(1, 3, 4), Read(1, 5, 6), Swap(1, 2, 7, 8), SwapRejected(1, 3, 9, 10), Read(2, 11, 12), Write(null, 13, 14), Read(null, 15, 16));

    [Test]
    public void A_read_that_overlaps_a_write_may_go_either_way()
    {
        Accepts(Write(1, 1, 4), Read(null, 2, 3));
        Accepts(Write(1, 1, 4), Read(1, 2, 3));
    }

    [Test]
    public void A_stale_read_is_found() => Rejects(Write(1, 1, 2), Write(2, 3, 4), Read(1, 5, 6));

    [Test]
    public void A_lost_write_is_found() => Rejects(Write(1, 1, 2), Read(null, 3, 4));

    [Test]
    public void A_phantom_is_found() => Rejects(Write(1, 1, 2), Read(7, 3, 4));

    [Test]
    public void A_write_that_is_applied_twice_is_found() => Rejects(Write(1, 1, 2), Write(2, 3, 4), Read(2, 5, 6), Read(1, 7, 8));

    [Test]
    public void Two_swaps_of_one_value_are_found() => Rejects(Write(1, 1, 2), Swap(1, 2, 3, 6), Swap(1, 3, 4, 5));

    [Test]
    public void A_swap_that_is_rejected_without_a_reason_is_found() => Rejects(Write(1, 1, 2), SwapRejected(1, 2, 3, 4));

    [Test]
    public void Reads_that_go_back_while_a_write_is_under_way_are_found() => Rejects(Write(1, 1, 10), Read(1, 2, 3), Read(null, 4, 5));

    [Test]
    public void Two_readers_that_see_two_writes_in_different_orders_are_found() =>
        Rejects(Write(1, 1, 20), Write(2, 2, 19), Read(1, 3, 4), Read(2, 5, 6), Read(1, 7, 8));

    [Test]
    public void A_rejected_write_is_found() => Rejects(Write(1, 1, 2) with { Outcome = CallOutcome.Rejected });

    [Test]
    public void An_open_write_may_take_effect_never_or_late()
    {
        Accepts(WriteOpen(1, 1), Read(null, 2, 3), Read(null, 4, 5));
        Accepts(WriteOpen(1, 1), Read(null, 2, 3), Write(2, 4, 5), Read(2, 6, 7), Read(1, 8, 9));
    }

    [Test]
    public void An_open_write_takes_effect_once() =>
        Rejects(WriteOpen(1, 1), Read(1, 2, 3), Write(2, 4, 5), Read(2, 6, 7), Read(1, 8, 9));

    [Test]
    public void An_open_write_takes_no_effect_before_it_begins() => Rejects(Read(1, 1, 2), WriteOpen(1, 3));

    [Test]
    public void An_open_swap_takes_effect_only_on_what_it_expects()
    {
        Accepts(Write(1, 1, 2), SwapOpen(1, 2, 3), Read(2, 4, 5));
        Rejects(Write(1, 1, 2), SwapOpen(3, 2, 3), Read(2, 4, 5));
    }

    [Test]
    public void A_search_that_takes_too_long_is_not_decided()
    {
        var calls = Enumerable.Range(1, 20).Select(i => Write(i, i, 100 + i)).Append(Read(99, 200, 201)).ToArray();
        Assert.That(RegisterSearch.Search(calls, 1000), Is.EqualTo(RegisterVerdict.Undecided));
    }

    [Test]
    public void Reads_among_many_calls_that_overlap_keep_the_search_short()
    {
        const int Writes = 30;
        var writes = Enumerable.Range(1, Writes).Select(i => Write(i, i, 1000 + i));
        Assert.That(RegisterSearch.Search([.. writes, Read(null, 100, 101), Read(Writes, 2000, 2001)], 10_000), Is.EqualTo(RegisterVerdict.Linearizable));
    }

    [Test]
    public void The_first_inexplicable_call_ends_the_shortest_history_that_cannot_be_explained()
    {
        var stale = Read(1, 5, 6);
        RegisterCall[] calls = [Write(1, 1, 2), Write(2, 3, 4), stale, Read(2, 7, 8), Write(3, 9, 12), Read(7, 10, 11)];
        Assert.That(new RegisterHistory("k", calls).FirstInexplicable(StepsMax), Is.EqualTo(stale));
    }

    [Test]
    public void The_search_agrees_with_a_brute_force([Range(0, 9)] int part)
    {
        var accepted = 0;
        const int Cases = 1000;
        for (var i = 0; i < Cases; i++)
        {
            var seed = (ulong)((part * Cases) + i);
            var calls = RandomCalls.Draw(new DeterministicRandom(seed));
            var expected = BruteForce.IsLinearizable(calls);
            accepted += expected ? 1 : 0;
            Assert.That(
                RegisterSearch.Search(calls, StepsMax),
                Is.EqualTo(expected ? RegisterVerdict.Linearizable : RegisterVerdict.Violated),
                () => $"seed {seed}:\n{string.Join('\n', calls.AsEnumerable())}");
            if (!expected)
            {
                AssertShortest(new RegisterHistory("k", calls), seed);
            }
        }

        Assert.That(accepted, Is.InRange(Cases / 5, Cases * 4 / 5), "both verdicts must be common");
    }

    private static void AssertShortest(RegisterHistory history, ulong seed)
    {
        var first = history.FirstInexplicable(StepsMax);
        Assert.That(BruteForce.IsLinearizable(history.Until(first.Completed)), Is.False, $"seed {seed}");
        Assert.That(BruteForce.IsLinearizable(history.Until(first.Completed - 1)), Is.True, $"seed {seed}");
    }

    private static void Accepts(params RegisterCall[] calls) => Expect(true, calls);

    private static void Rejects(params RegisterCall[] calls) => Expect(false, calls);

    private static void Expect(bool isLinearizable, RegisterCall[] calls)
    {
        Assert.That(BruteForce.IsLinearizable(calls), Is.EqualTo(isLinearizable));
        Assert.That(RegisterSearch.Search(calls, StepsMax), Is.EqualTo(isLinearizable ? RegisterVerdict.Linearizable : RegisterVerdict.Violated));
    }
}
