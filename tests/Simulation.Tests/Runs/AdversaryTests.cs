using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Runs;

/// <summary>An adversary acts in a replica's name: seen at Raft, which survives none, and only in runs that are marked as unsafe.</summary>
public sealed class AdversaryTests
{
    [Test]
    public void An_engine_that_tolerates_no_liar_gets_none_unless_the_run_is_unsafe() =>
        Assert.That(
            () => new SimulationRun(1, Options(static () => new VotesForAll()) with { IsUnsafe = false }),
            Throws.ArgumentException.With.Message.Contains("raft tolerates 0"));

    [Test]
    public void A_replica_that_votes_for_all_makes_two_leaders_of_one_term()
    {
        var leaders = new LeadersOfTerms();
        for (var seed = 1UL; seed <= 50 && !leaders.HaveMet; seed++)
        {
            leaders = new LeadersOfTerms();
            Run(seed, leaders, static () => new VotesForAll());
        }

        Assert.That(leaders.HaveMet, Is.True);
    }

    [Test]
    public void Honest_replicas_never_make_two_leaders_of_one_term([Range(1, 5)] int seed)
    {
        var leaders = new LeadersOfTerms();
        Run((ulong)seed, leaders, adversary: null);
        Assert.That(leaders.HaveMet, Is.False);
    }

    [Test]
    public void An_adversary_that_sends_what_its_replica_would_changes_nothing([Range(1, 3)] int seed) =>
        Assert.That(
            Run((ulong)seed, new LeadersOfTerms(), static () => new Honest()).World.Trace,
            Is.EqualTo(Run((ulong)seed, new LeadersOfTerms(), adversary: null).World.Trace));

    [Test]
    public void A_silent_replica_is_survived_as_a_crashed_one_is([Range(1, 3)] int seed)
    {
        var run = new SimulationRun((ulong)seed, Options(static () => new Silent()) with { Faults = FaultSet.None });
        run.Start();
        run.World.Run(run.World.Options.Duration);
        Assert.That(run.World.Violations, Is.Empty);
        Assert.That(run.History.Succeeded, Is.GreaterThan(50));
    }

    private static SimulationRun Run(ulong seed, Checker leaders, Func<IAdversary>? adversary)
    {
        var run = new SimulationRun(seed, Options(adversary));
        run.World.Add(leaders);
        run.Start();
        run.World.Run(run.World.Options.Duration);
        return run;
    }

    private static SimulationOptions Options(Func<IAdversary>? adversary) => new()
    {
        Nodes = 3,
        Duration = TimeSpan.FromSeconds(20),
        Faults = FaultSet.Of(FaultKind.Partition),
        Adversary = adversary,
        IsUnsafe = true,
    };

    /// <summary>Votes for whoever asks, whatever it said before; and otherwise does what its replica would.</summary>
    private sealed class VotesForAll : IAdversary
    {
        private const byte True = 0xC3;

        public void OnReceiving(CorruptReplica replica, InterceptedMessage message)
        {
            // A request begins with its kind and its term; the answer is of the next kind, and has the same term.
            var frame = message.Frame.Span;
            if (message.Message.GetType().Name is "PreVoteRequest" or "VoteRequest")
            {
                replica.Send(message.From, [(byte)(frame[0] + 1), frame[1], True]);
            }
        }
    }

    private sealed class Honest : IAdversary;

    private sealed class Silent : IAdversary
    {
        public void OnSending(CorruptReplica replica, InterceptedMessage message)
        {
            // Nothing leaves.
        }
    }

    private sealed class LeadersOfTerms : Checker
    {
        private readonly SortedDictionary<ulong, NodeId> _leaders = [];

        public override string Name => "leaders of terms";

        /// <summary>Whether two nodes led in the same term.</summary>
        public bool HaveMet { get; private set; }

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
            if (status.Role == ReplicaRole.Leader)
            {
                _leaders.TryAdd(status.TermOrView, node.Id);
                HaveMet |= _leaders[status.TermOrView] != node.Id;
            }
        }
    }
}
