namespace Consensus.Engine.Tests.Hosting;

/// <summary>What a proposal allocates on its way through a running replica in steady state, in all threads together.</summary>
[NonParallelizable]
public sealed class AllocationTests
{
    private const int Rounds = 200;

    // Measured: 673 and 587, the test engine's copy of the payload and the caller's copy of the result included. What a turn allocates
    // (inputs, notices, status) is shared by the commands in it, and how many there are depends on the machine: hence the room.
    [TestCase(1, 1000)]
    [TestCase(64, 1000)]
    public async Task A_proposal_allocates_no_more_than_its_parts(int concurrent, int bytesMax)
    {
        var bench = new ReplicaBench
        {
            State = new EchoState { KeepsResults = false },
            Options = new ReplicaOptions { Snapshots = new SnapshotPolicy(long.MaxValue, long.MaxValue) },
        };
        await using var replica = await bench.StartAsync();
        var body = new byte[16];
        await RunAsync(replica, body, concurrent);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await RunAsync(replica, body, concurrent);
        var perCommand = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Rounds * concurrent);

        await TestContext.Out.WriteLineAsync($"{perCommand} bytes per command with {concurrent} at a time");
        Assert.That(perCommand, Is.LessThanOrEqualTo(bytesMax));
    }

    private static Task RunAsync(Replica replica, byte[] body, int concurrent) =>
        Task.WhenAll(Enumerable.Range(0, concurrent).Select(async _ =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await replica.ProposeAsync(body);
            }
        }));
}
