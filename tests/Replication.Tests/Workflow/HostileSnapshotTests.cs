using System.Buffers;
using Consensus.Replication.State;
using Consensus.Replication.Tests.State;
using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>
/// Snapshots whose tree is in order while its records are not: refused, or restored to a machine that answers whatever comes. A machine that
/// throws at a later command would stop its replica.
/// </summary>
public sealed class HostileSnapshotTests
{
    [Test]
    public void A_snapshot_with_other_records_is_refused_or_does_no_harm([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var (bed, operation) = (new WorkflowBed(null, new BumpOperation()), new RandomWorkflow(seed));
        for (var i = 0; i < 120; i++)
        {
            bed.Do(operation.Next());
        }

        var entries = Trees.List(Trees.Read(bed.Snapshot()).Freeze().Scan(default));
        var accepted = 0;
        for (var round = 0; round < 100; round++)
        {
            var bytes = Trees.Written(Damaged(entries, random));
            var machine = new WorkflowStateMachine([new BumpOperation()]);
            try
            {
                using var stream = new MemoryStream(bytes);
                machine.Restore(stream);
            }
            catch (ConsensusException exception) when (exception.Reason == ConsensusFailure.SnapshotInvalid)
            {
                continue;
            }

            accepted++;
            Assert.That(Trees.Written((StateTreeView)machine.CaptureSnapshot()), Is.EqualTo(bytes), $"seed {seed}, round {round}");
            Use(machine, new RandomWorkflow((seed * 1000) + round), $"seed {seed}, round {round}");
        }

        Assert.That(accepted, Is.Positive, "some must be accepted for this to be a test");
    }

    [TestCaseSource(nameof(Impossible))]
    public void Records_that_no_machine_could_have_come_to_are_refused(string problem, Action<StateTree> damage)
    {
        var bed = new WorkflowBed().Given(Samples.NewOrder("order-1"), new ApplyPolicy(Samples.FourEyes), new DefineGraph(Samples.Order));
        var tree = Trees.Read(bed.Snapshot());
        damage(tree);
        using var stream = new MemoryStream(Trees.Written(tree));

        var exception = Assert.Throws<ConsensusException>(() => bed.Machine.Restore(stream));

        Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
        Assert.That(exception.Message, Does.EndWith($": {problem}."));
    }

    private static IEnumerable<TestCaseData> Impossible()
    {
        yield return Row("a counter is not what the records add up to", tree => tree.Set([8, 1], [0, 0, 0, 0, 0, 0, 0, 2]));
        yield return Row("a counter is missing", tree => tree.Remove([8, 1]));
        yield return Row("a graph is deployed under another name than its own", tree => Rename(tree, 2, "other"u8));
        yield return Row("a graph is not valid, or not stored under its own digest", tree => Rename(tree, 3, new byte[32]));
        yield return Row("a graph is stored that nothing uses", tree =>
        {
            tree.Remove([1, .. "order-1"u8]);
            tree.Remove([2, .. "order"u8]);
        });
        yield return Row("a policy is not valid, or not stored under its own name", tree => Rename(tree, 5, "other"u8));
        yield return Row("a record's name could not be the name of any", tree => Rename(tree, 1, [0xFF]));
        yield return Row("bytes follow a case", tree =>
        {
            tree.TryGet([1, .. "order-1"u8], out var value);
            tree.Set([1, .. "order-1"u8], [.. value.Span, 0]);
        });
        yield return Row("an operation's data could not have been written by any", tree => tree.Set([9, .. "bump"u8], [1]));
    }

    private static TestCaseData Row(string problem, Action<StateTree> damage) => new TestCaseData(problem, damage).SetArgDisplayNames(problem);

    private static void Rename(StateTree tree, byte area, ReadOnlySpan<byte> name)
    {
        var entry = Trees.List(tree.Freeze().Scan([area])).Single();
        tree.Remove(entry.Key);
        tree.Set([area, .. name], entry.Value);
    }

    private static void Use(WorkflowStateMachine machine, RandomWorkflow commands, string where)
    {
        var result = new ArrayBufferWriter<byte>();
        for (ulong index = 1000; index < 1080; index++)
        {
            result.ResetWrittenCount();
            var bytes = commands.NextBytes();
            Assert.DoesNotThrow(() => machine.Apply(new CommandContext(new LogIndex(index), default, default), bytes, result), $"{where}, {Convert.ToHexString(bytes)}");
        }

        foreach (byte kind in (byte[])[1, 2, 3, 4])
        {
            byte[] list = [0x95, 2, kind, 0xA0, 0x20, 0xA0];
            Assert.DoesNotThrow(() => machine.Query(list, result), $"{where}, list of kind {kind}");
        }
    }

    private static StateTree Damaged(List<(byte[] Key, byte[] Value)> entries, Random random)
    {
        var tree = new StateTree();
        foreach (var (key, value) in entries)
        {
            tree.Set(key, value);
        }

        var (chosen, present) = entries[random.Next(entries.Count)];
        switch (random.Next(5))
        {
            case 0:
                tree.Remove(chosen);
                break;
            case 1:
                tree.Set(chosen, entries[random.Next(entries.Count)].Value);
                break;
            case 2:
                tree.Set([.. chosen, (byte)random.Next(256)], present);
                break;
            default:
                var value = (byte[])present.Clone();
                if (value.Length > 0)
                {
                    value[random.Next(value.Length)] ^= (byte)(1 << random.Next(8));
                }

                tree.Set(chosen, random.Next(4) == 0 ? [.. value, 0] : value);
                break;
        }

        return tree;
    }
}
