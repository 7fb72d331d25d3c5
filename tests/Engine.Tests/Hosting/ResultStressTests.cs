using System.Collections.Concurrent;
using static Consensus.Engine.Tests.Hosting.ReplicaBench;

namespace Consensus.Engine.Tests.Hosting;

/// <summary>
/// Many callers, cancellations and time limits that race with results, a window of few slots, and a core that loses, refuses and doubles
/// proposals: every caller gets its own result or none, a command takes effect once, and a refused one never.
/// </summary>
public sealed class ResultStressTests
{
    private const int Callers = 8;

    private readonly ConcurrentDictionary<ulong, int> _applied = new();
    private readonly ConcurrentBag<ulong> _refused = [];
    private readonly ConcurrentBag<string> _wrong = [];
    private int _answered;

    [TestCase(1, 1, 150)]
    [TestCase(2, 4, 400)]
    [TestCase(3, 256, 1500)]
    public async Task Every_caller_gets_its_own_result_once(int seed, int window, int commandsEach)
    {
        _applied.Clear();
        _refused.Clear();
        _wrong.Clear();
        _answered = 0;
        var bench = new ReplicaBench
        {
            Options = new ReplicaOptions { CommandsInFlightMax = window, RetryInterval = TimeSpan.FromMilliseconds(5) },
            State = new EchoState { OnApply = body => _applied.AddOrUpdate(BitConverter.ToUInt64(body.Span), 1, static (_, count) => count + 1) },
        };
        bench.Engine.Leader = new NodeId(2);
        bench.Engine.OnStep = Chaos(bench.Engine, new Random(seed));
        var replica = await bench.StartAsync();
        await using (replica)
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(replica, caller, commandsEach, new Random((seed * 1000) + caller)))))
                .WaitAsync(Hang);
        }

        TestContext.Out.WriteLine($"{_answered} answered, {_applied.Count} applied, {_refused.Count} refused");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_wrong, Is.Empty, $"seed {seed}");
            Assert.That(_applied.Where(command => command.Value != 1), Is.Empty, $"seed {seed}: applied more than once");
            Assert.That(_refused.Where(_applied.ContainsKey), Is.Empty, $"seed {seed}: refused, and took effect");
            Assert.That(_answered, Is.GreaterThan(Callers * commandsEach / 20), $"seed {seed}: too few results to say anything");
            Assert.That(_refused, Is.Not.Empty, $"seed {seed}: nothing was refused");
        }
    }

    private static Func<Input, EffectBuffer, bool> Chaos(SoloEngine engine, Random random) => (input, effects) =>
    {
        if (input is not CommandsProposed proposed)
        {
            return false;
        }

        switch (random.Next(10))
        {
            case 0:
                // Lost on the way to the leader.
                return true;
            case 1 or 2:
                foreach (var proposal in proposed.Proposals.Span)
                {
                    effects.Refuse(proposal.Ticket, random.Next(2) == 0 ? RefusalReason.Overloaded : RefusalReason.NoLeader);
                }

                return true;
            case 3:
                // Accepted, and proposed again to the next leader, who has it in its log already.
                engine.Term++;
                return false;
            default:
                return false;
        }
    };

    private async Task CallAsync(Replica replica, int caller, int commandsEach, Random random)
    {
        for (var i = 1; i <= commandsEach; i++)
        {
            var id = ((ulong)caller << 32) | (uint)i;
            var request = random.Next(3) == 0 ? new RequestId(new ClientId((ulong)(1_000_000 + caller)), (ulong)i) : default;
            var timeout = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(1, 60) : 30_000);
            using var cancellation = new CancellationTokenSource();
            try
            {
                var task = replica.ProposeAsync(BitConverter.GetBytes(id), new ProposeOptions(timeout, request), cancellation.Token);
                if (random.Next(4) == 0)
                {
                    await Task.Yield();
                    await cancellation.CancelAsync();
                }

                Check(id, await task);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Its outcome is unknown, like that of any command whose caller goes away.
            }
        }
    }

    private void Check(ulong id, ProposeResult result)
    {
        switch (result.Status)
        {
            case ProposeStatus.Applied:
                Interlocked.Increment(ref _answered);
                if (BitConverter.ToUInt64(result.Result.Span) is var answer && answer != id)
                {
                    _wrong.Add($"command {id:x} got the result of {answer:x}");
                }

                break;
            case ProposeStatus.Refused:
                _refused.Add(id);
                break;
            case ProposeStatus.Unknown:
                break;
            case ProposeStatus.Rejected:
                _wrong.Add($"command {id:x} was rejected");
                break;
        }
    }
}
