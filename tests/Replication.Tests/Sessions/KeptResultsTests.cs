using Consensus.Engine;
using Consensus.Replication.Sessions;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Replication.Tests.Sessions;

public sealed class KeptResultsTests
{
    private const int WindowMax = 16_384;

    private static Arbitrary<int[]> Changes => Arb.From(Gen.ArrayOf(Gen.Frequency((8, Gen.Choose(0, 60)), (1, Gen.Choose(-60, -1)), (1, Gen.Constant(int.MinValue)))));

    [Test]
    public void They_answer_as_a_sorted_dictionary() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Changes, changes =>
        {
            var kept = new KeptResults();
            var model = new SortedDictionary<ulong, byte[]>();
            foreach (var change in changes)
            {
                // A number is added, numbers below one are removed, or room is given back.
                if (change == int.MinValue)
                {
                    kept.Trim();
                }
                else if (change < 0)
                {
                    while (kept.TryTakeBelow((ulong)-change, out var taken))
                    {
                        if (taken.Record != model.First().Value || !model.Remove(taken.Sequence))
                        {
                            return false;
                        }
                    }
                }
                else if (!model.ContainsKey((ulong)change))
                {
                    var result = KeptResult.Of((ulong)change, CommandOutcome.Applied, new LogIndex(1), default);
                    kept.Add(result);
                    model.Add(result.Sequence, result.Record);
                }

                if (!Agree(kept, model))
                {
                    return false;
                }
            }

            return true;
        }));

    [Test]
    public void Room_follows_from_their_number_and_is_given_back()
    {
        var kept = new KeptResults();
        kept.Add(KeptResult.Of(WindowMax, CommandOutcome.Applied, new LogIndex(1), default));
        Assert.That(kept.Room, Is.EqualTo(4), "wherever the number lies");

        for (ulong sequence = 1; sequence < WindowMax; sequence++)
        {
            kept.Add(KeptResult.Of(sequence, CommandOutcome.Applied, new LogIndex(1), default));
        }

        Assert.That(kept.Room, Is.EqualTo(WindowMax));
        while (kept.TryTakeBelow(WindowMax - 4, out _))
        {
            Assert.That(kept.Room, Is.EqualTo(WindowMax), "not yet: what comes next may need it");
        }

        kept.Trim();
        Assert.That((kept.Count, kept.Room), Is.EqualTo((5, 8)));
        Assert.That(kept.TryTakeBelow(ulong.MaxValue, out _) && kept.Count == 4);
        while (kept.TryTakeBelow(ulong.MaxValue, out _))
        {
            // All are acknowledged.
        }

        kept.Trim();
        Assert.That(kept.Room, Is.Zero);
    }

    [Test]
    public void Commands_in_order_allocate_nothing_but_their_results()
    {
        var kept = new KeptResults();
        var result = KeptResult.Of(1, CommandOutcome.Applied, new LogIndex(1), default);
        var before = 0L;
        for (ulong sequence = 1; sequence < 2000; sequence++)
        {
            before = sequence == 1000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            kept.Add(result with { Sequence = sequence });
            kept.TryTakeBelow(sequence > 64 ? sequence - 64 : 0, out _);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static bool Agree(KeptResults kept, SortedDictionary<ulong, byte[]> model)
    {
        var inOrder = Enumerable.Range(0, kept.Count).Select(position => kept[position].Sequence).SequenceEqual(model.Keys);
        return inOrder && Enumerable.Range(0, 62).All(number =>
            kept.TryGet((ulong)number, out var found) == model.TryGetValue((ulong)number, out var expected) && (expected is null || found.Record == expected));
    }
}
