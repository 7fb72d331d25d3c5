using System.Buffers;
using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>Whatever the bytes: an answer, no exception, and no change of the state unless the command was applied.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 3_000;

    private static readonly byte[][] Queries =
    [
        [0x93, 1, 1, 0xA3, (byte)'a', (byte)'-', (byte)'1'],
        [0x93, 1, 2, 0xA6, .. "ticket"u8],
        [0x95, 2, 1, 0xA0, 10, 0xA0],
        [0x95, 2, 3, 0xA1, (byte)'p', 1, 0xA2, .. "p1"u8],
        [0x95, 2, 4, 0xA0, 0xCE, 0xFF, 0xFF, 0xFF, 0xFF, 0xA0],
        [0x93, 3, 0xA6, .. "ticket"u8, 0xA4, .. "Open"u8],
        [0x92, 4, 0xA3, (byte)'a', (byte)'-', (byte)'1'],
    ];

    [Test]
    public void Random_bytes_are_answered([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var bed = NewBed(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            AssertAnswered(bed, bytes, $"Seed {seed}, round {round}");
        }
    }

    [Test]
    public void Mutated_commands_are_answered([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var commands = new RandomWorkflow(seed + 100);
        var bed = NewBed(seed);
        for (var round = 0; round < Rounds; round++)
        {
            AssertAnswered(bed, Mutate(commands.NextBytes(), random), $"Seed {seed}, round {round}");
        }
    }

    [Test]
    public void Mutated_queries_are_answered([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var bed = NewBed(seed);
        for (var round = 0; round < Rounds; round++)
        {
            AssertAnswered(bed, Mutate([.. Queries[random.Next(Queries.Length)]], random), $"Seed {seed}, round {round}");
        }
    }

    [Test]
    public void The_queries_that_are_mutated_are_valid_themselves()
    {
        var bed = NewBed(1);
        foreach (var query in Queries[..4].Append(Queries[5]).Append(Queries[6]))
        {
            Assert.That(Query(bed, query)[1], Is.Zero, Convert.ToHexString(query));
        }

        Assert.That(Query(bed, Queries[4])[1], Is.EqualTo((byte)WorkflowRejection.MalformedQuery), "The limit is no 32-bit integer.");
    }

    [Test]
    public void Damaged_snapshots_are_refused_and_leave_the_state_alone([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var bed = NewBed(seed);
        var before = bed.Hash;
        var snapshot = bed.Snapshot();
        for (var round = 0; round < 200; round++)
        {
            using var stream = new MemoryStream(snapshot[..random.Next(snapshot.Length)]);
            Assert.That(
                () => bed.Machine.Restore(stream),
                Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.SnapshotInvalid),
                $"Seed {seed}, round {round}");
            Assert.That(bed.Hash, Is.EqualTo(before));
        }
    }

    private static WorkflowBed NewBed(int seed)
    {
        var random = new RandomWorkflow(seed);
        var bed = new WorkflowBed(null, new BumpOperation());
        for (var i = 0; i < 100; i++)
        {
            bed.Do(random.Next());
        }

        return bed;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var changes = 1 + random.Next(3); changes > 0; changes--)
        {
            var position = random.Next(mutated.Count + 1);
            switch (random.Next(5))
            {
                case 0:
                    mutated.Insert(position, (byte)random.Next(256));
                    break;
                case 1:
                    mutated.RemoveRange(position, Math.Min(random.Next(4), mutated.Count - position));
                    break;
                case 2:
                    mutated.RemoveRange(position, mutated.Count - position);
                    break;
                default:
                    if (position < mutated.Count)
                    {
                        mutated[position] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(mutated[position] ^ (1 << random.Next(8)));
                    }

                    break;
            }
        }

        return [.. mutated];
    }

    private static void AssertAnswered(WorkflowBed bed, byte[] bytes, string where)
    {
        try
        {
            var result = bed.Do(bytes);
            Assert.That(Enum.IsDefined(result.Rejection) && result.IsApplied == (result.Rejection == WorkflowRejection.None), Is.True, where);
            var before = bed.Hash;
            Query(bed, bytes);
            Assert.That(bed.Hash, Is.EqualTo(before), where);
        }
        catch (Exception exception) when (exception is not AssertionException)
        {
            Assert.Fail($"{where}: {Convert.ToHexString(bytes)}: {exception}");
        }
    }

    private static byte[] Query(WorkflowBed bed, ReadOnlySpan<byte> query)
    {
        var result = new ArrayBufferWriter<byte>();
        bed.Machine.Query(query, result);
        return result.WrittenSpan.ToArray();
    }
}
