using Consensus.Simulation.Disk;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

/// <summary>Flips one bit in every byte of a log, one at a time: a wrong entry must never come out.</summary>
public sealed class BitRotTests
{
    [Test]
    public void A_flipped_bit_in_a_log_that_was_closed_is_refused_with_file_and_offset_or_changes_nothing()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        Fill(run);
        run.Log.Dispose();
        var outcome = FlipAll(disk.Copy(), run.Model, run.Model);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Refused, Is.GreaterThan(5_000));
            Assert.That(outcome.Cut, Is.Zero, "the mark at the end says that what precedes it was durable");
        });
    }

    [Test]
    public void A_flipped_bit_in_a_log_that_crashed_is_refused_or_cuts_at_most_the_last_batch()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        Fill(run);
        var before = run.Acknowledged[^2].State;
        var outcome = FlipAll(disk.Copy(), run.Model, before);
        var lastBatch = disk.LastWrite.Length;
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Refused, Is.GreaterThan(5_000));
            Assert.That(outcome.Cut, Is.InRange(1, lastBatch * 8));
        });
    }

    [Test]
    public void Damage_across_the_border_of_two_batches_is_not_taken_for_one_unfinished_batch()
    {
        var disk = Disks.New();
        var history = new DiskHistory(disk);
        using var run = new LogRun(disk, history: history);
        Fill(run);

        // What is written at the beginning of a file is a segment's header.
        var writes = history.Writes.Where(write => write.Offset > 0).TakeLast(2).ToArray();
        Assert.That(writes[1].Path, Is.EqualTo(writes[0].Path));
        var rotten = disk.Copy();
        rotten.Flip(writes[0].Path, writes[0].Offset + 60, 0);
        rotten.Flip(writes[1].Path, writes[1].Offset + 10, 0);

        var refusal = Assert.Throws<ConsensusException>(() => LogRun.Open(rotten));
        Assert.That(refusal!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(refusal.Message, Does.Contain("something was written behind the batch"));
    }

    private static void Fill(LogRun run) =>
        run.Entries(3, 400).Slot(1, "one").Persist().Entries(3, 700).Persist().Entries(2, 300).Slot(2, "two").Persist().Entry(50).Persist().Entries(2, 90).Persist();

    private static (int Refused, int Cut) FlipAll(SimulatedDisk disk, LogModel whole, LogModel cut)
    {
        var (refused, cuts) = (0, 0);
        foreach (var path in disk.Paths.ToList())
        {
            for (var at = 0L; at < disk.Read(path).Length; at++)
            {
                var bit = (at * 8) + (at * 5 % 8);
                var rotten = disk.Copy();
                rotten.Flip(path, at, (int)(bit % 8));
                try
                {
                    var (log, recovered) = LogRun.Open(rotten);
                    log.Dispose();
                    if (whole.Difference(recovered, default) is { } difference)
                    {
                        Assert.That(cut.Difference(recovered, default), Is.Null, $"{path}, bit {bit}: {difference}");
                        Assert.That(recovered.Torn, Is.Not.Null);
                        cuts++;
                    }
                }
                catch (ConsensusException exception)
                {
                    Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt), $"{path}, bit {bit}");
                    Assert.That(exception.Message, Does.Contain(path).And.Contains("offset").And.Contains("estore"), $"bit {bit}");
                    refused++;
                }
            }
        }

        return (refused, cuts);
    }
}
