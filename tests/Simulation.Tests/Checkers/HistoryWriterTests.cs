using System.Globalization;
using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>The export of histories, read back by somebody who knows its format only.</summary>
public sealed class HistoryWriterTests
{
    private const long StepsMax = 1_000_000;

    [Test]
    public void Each_kind_of_call_is_written_as_Jepsen_reads_it()
    {
        var bench = new CheckerBench((_, _) => []);
        bench.Read(0, "a", null);
        bench.Write(1, "a", 5);
        bench.Read(0, "a", 5);
        var swap = bench.Begin(2, RegisterOperation.CompareAndSwap("a", 5, 6));
        var rejected = bench.Begin(1, RegisterOperation.CompareAndSwap("a", null, 7));
        bench.End(swap, CallOutcome.Applied);
        bench.End(rejected, CallOutcome.Rejected);
        bench.Write(1, "a", null, CallOutcome.Refused);
        bench.Write(1, "a", 8, CallOutcome.Unknown);
        bench.End(bench.Begin(3, RegisterOperation.Read("a")), CallOutcome.Unknown);
        bench.Begin(4, new Operation(new byte[] { 1 }));
        bench.Begin(5, RegisterOperation.Write("a", 9));
        bench.Begin(6, RegisterOperation.Read("a"));
        Assert.That(Export(bench.History.Calls), Is.EqualTo("""
            {"process":0,"type":"invoke","f":"read","key":"a","value":null,"time":100}
            {"process":0,"type":"ok","f":"read","key":"a","value":null,"time":200}
            {"process":1,"type":"invoke","f":"write","key":"a","value":5,"time":300}
            {"process":1,"type":"ok","f":"write","key":"a","value":5,"time":400}
            {"process":0,"type":"invoke","f":"read","key":"a","value":null,"time":500}
            {"process":0,"type":"ok","f":"read","key":"a","value":5,"time":600}
            {"process":2,"type":"invoke","f":"cas","key":"a","value":[5,6],"time":700}
            {"process":1,"type":"invoke","f":"cas","key":"a","value":[null,7],"time":800}
            {"process":2,"type":"ok","f":"cas","key":"a","value":[5,6],"time":900}
            {"process":1,"type":"fail","f":"cas","key":"a","value":[null,7],"time":1000}
            {"process":1,"type":"invoke","f":"write","key":"a","value":null,"time":1100}
            {"process":1,"type":"fail","f":"write","key":"a","value":null,"time":1200}
            {"process":1,"type":"invoke","f":"write","key":"a","value":8,"time":1300}
            {"process":1,"type":"info","f":"write","key":"a","value":8,"time":1400}
            {"process":3,"type":"invoke","f":"read","key":"a","value":null,"time":1500}
            {"process":3,"type":"fail","f":"read","key":"a","value":null,"time":1600}
            {"process":5,"type":"invoke","f":"write","key":"a","value":9,"time":1800}
            {"process":6,"type":"invoke","f":"read","key":"a","value":null,"time":1900}
            {"process":5,"type":"info","f":"write","key":"a","value":9,"time":1900}
            {"process":6,"type":"fail","f":"read","key":"a","value":null,"time":1900}

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void The_history_of_a_run_is_well_formed_and_linearizable([Range(201, 206)] int seed)
    {
        var run = new SimulationRun((ulong)seed, new SimulationOptions { Faults = FaultSet.Of(FaultKind.Crash), Duration = TimeSpan.FromSeconds(20) });
        run.Run();
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        var keys = JepsenFile.Read(Export(run.History.Calls));
        Assert.That(keys, Has.Count.GreaterThan(10));
        foreach (var (key, calls) in keys)
        {
            Assert.That(RegisterSearch.Search(calls, StepsMax), Is.EqualTo(RegisterVerdict.Linearizable), $"seed {seed}, key {key}");
        }
    }

    [Test]
    public void A_written_history_is_as_linearizable_as_the_calls([Range(0, 4)] int part)
    {
        const int Cases = 300;
        var accepted = 0;
        for (var i = 0; i < Cases; i++)
        {
            var seed = (ulong)((part * Cases) + i);
            var calls = RandomCalls.Draw(new DeterministicRandom(seed));

            // Nothing is written of a register that nobody reads.
            var isTelling = calls.Any(call => call.Function != RegisterFunction.Write);

            // A rejection is a failure in the file, and so says nothing about the register.
            var expected = !isTelling || BruteForce.IsLinearizable([.. calls.Where(call => call.Outcome != CallOutcome.Rejected)]);
            accepted += expected ? 1 : 0;
            var keys = JepsenFile.Read(Export(Perform(calls)));
            Assert.That(keys.Count == 0 || BruteForce.IsLinearizable(keys["k"]), Is.EqualTo(expected), $"seed {seed}");
        }

        Assert.That(accepted, Is.InRange(Cases / 5, Cases * 9 / 10), "both verdicts must be common");
    }

    /// <summary>Makes clients' calls of a register's, each by a process of its own.</summary>
    private static IReadOnlyList<ClientCall> Perform(RegisterCall[] calls)
    {
        var bench = new CheckerBench((_, _) => []);
        var begun = new ClientCall[calls.Length];
        var moments = calls.SelectMany((call, i) => new[] { (At: call.Invoked, Call: i, IsEnd: false), (At: call.Completed, Call: i, IsEnd: true) });
        foreach (var (at, i, isEnd) in moments.Where(moment => moment.At != RegisterCall.Never).OrderBy(moment => moment.At))
        {
            var call = calls[i];
            if (!isEnd)
            {
                begun[i] = bench.Begin(i, call.Function switch
                {
                    RegisterFunction.Read => RegisterOperation.Read("k"),
                    RegisterFunction.Write => RegisterOperation.Write("k", call.Value),
                    _ => RegisterOperation.CompareAndSwap("k", call.Expected, call.Value),
                });
            }
            else if (call.Function == RegisterFunction.Read)
            {
                bench.EndRead(begun[i], call.Value);
            }
            else
            {
                bench.End(begun[i], call.Outcome);
            }
        }

        return bench.History.Calls;
    }

    private static string Export(IReadOnlyCollection<ClientCall> calls)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        HistoryWriter.Write(text, calls);
        return text.ToString();
    }
}
