using Consensus.Engine;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>Byzantine replicas that know the protocol, in a few lines each; and that checkers find what they break if the protocol lets them.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ScriptedAdversaryTests
{
    private const int Seeds = 20;

    [Test]
    public void A_leader_that_equivocates_forks_nothing()
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            Assert.That(Equivocate(seed, QuorumRule.Byzantine).World.Violations, Is.Empty, $"seed {seed}");
        }
    }

    /// <summary>Planted: a quorum is half of the voters, two of which have no honest one in common.</summary>
    [Test]
    public void A_leader_that_equivocates_forks_a_group_whose_quorums_are_too_small()
    {
        var half = new QuorumRule("half", static voters => voters / 2);
        var found = Enumerable.Range(1, Seeds).SelectMany(seed => Equivocate((ulong)seed, half).World.Violations).Select(violation => violation.Checker).ToArray();
        Assert.That(found, Does.Contain("no fork"));
    }

    /// <summary>Planted in the same way: two replicas with one key vote for two logs.</summary>
    [Test]
    public void Twins_of_a_leader_fork_a_group_whose_quorums_are_too_small_and_no_other([Values] bool isTooSmall)
    {
        var quorum = isTooSmall ? new QuorumRule("half", static voters => voters / 2) : QuorumRule.Byzantine;
        var found = new List<string>();
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var run = Start(seed, quorum);
            run.World.AddTwin(run.World.Find(FixedLeaderEngine.Leader), [new NodeId(2)]);
            run.World.Run(TimeSpan.FromSeconds(10));
            found.AddRange(run.World.Violations.Select(violation => violation.Checker));
        }

        Assert.That(found.Contains("no fork"), Is.EqualTo(isTooSmall));
        Assert.That(found.Count > 0, Is.EqualTo(isTooSmall));
    }

    [Test]
    public void An_adversary_signs_in_its_own_name_only()
    {
        SimulatedProtocolContext? identity = null;
        var run = Start(1, QuorumRule.Byzantine);
        run.World.Corrupt(run.World.Find(new NodeId(3)), new ScriptedAdversary().WhenSending<Vote>((replica, sent, _) =>
        {
            identity = replica.Identity;
            replica.Pass(sent);
        }));
        run.World.Run(TimeSpan.FromSeconds(1));
        var own = identity!.Members.KeyAt(identity.Members.IndexOf(new NodeId(3)));
        Assert.That(identity.Signer.PublicKey, Is.EqualTo(own));
        var signature = identity.Signer.Sign("x"u8);
        Assert.That(identity.Members.Members.Where(member => identity.Verifier.Verify(member.Key, "x"u8, signature)).Select(member => member.Id), Is.EqualTo([new NodeId(3)]));
    }

    [Test]
    public void The_first_line_that_fits_decides_and_the_rest_passes()
    {
        var lines = new List<string>();
        var run = Start(1, QuorumRule.Byzantine);
        run.World.Corrupt(run.World.Find(new NodeId(2)), new ScriptedAdversary()
            .WhenSending<Vote>((replica, sent, _) => { lines.Add("first"); replica.Pass(sent); })
            .WhenSending<PromiseMessage>((_, _, _) => lines.Add("second"))
            .WhenReceiving<Propose>((_, _, _) => lines.Add("heard")));
        run.World.Run(TimeSpan.FromSeconds(2));
        Assert.That(lines.Distinct(StringComparer.Ordinal), Is.EquivalentTo(["first", "heard"]));
        Assert.That(run.History.Succeeded, Is.Positive);
    }

    [Test]
    public void What_a_Byzantine_replica_answers_is_not_believed()
    {
        var run = Start(1, QuorumRule.Byzantine);
        foreach (var node in run.World.Nodes)
        {
            run.World.TurnByzantine(node);
        }

        run.World.Run(TimeSpan.FromSeconds(5));
        Assert.That(run.History.Calls, Is.Not.Empty);
        Assert.That(run.History.Succeeded, Is.Zero);
    }

    [Test]
    public void Commands_that_nobody_asked_for_are_a_violation_unless_the_adversary_says_that_it_invents_some([Values] bool says)
    {
        var run = Start(1, QuorumRule.Byzantine);
        run.World.Corrupt(run.World.Find(new NodeId(3)), new ScriptedAdversary { InventsCommands = says }.WhenSending<Forward>((replica, sent, forward) =>
        {
            replica.Pass(sent);
            if (CommandEnvelope.TryRead(forward.Payload.Span, out var asked) && asked.Kind == CommandKind.Command)
            {
                // The same command again, as the next of its session.
                var payload = forward.Payload.ToArray();
                CommandEnvelope.WriteHeader(payload, CommandKind.Command, asked.Request with { Sequence = asked.Request.Sequence + 1 }, 0);
                replica.Send(sent.To, new Forward(forward.Kind, forward.Time, payload, new Ballots(replica.Identity).Request(forward.Kind, forward.Time, payload).Sign(replica.Signer)));
            }
        }));
        run.World.Run(TimeSpan.FromSeconds(10));
        Assert.That(run.World.Violations.Select(violation => violation.ToString()), says ? Is.Empty : Is.Not.Empty);
    }

    private static SimulationRun Equivocate(ulong seed, QuorumRule quorum)
    {
        var run = Start(seed, quorum);
        run.World.Corrupt(run.World.Find(FixedLeaderEngine.Leader), Equivocating());
        run.World.Run(TimeSpan.FromSeconds(10));
        return run;
    }

    /// <summary>Tells every second peer from an entry on that something else was ordered there, and votes for both.</summary>
    private static ScriptedAdversary Equivocating()
    {
        const ulong From = 20;
        Digest before = default;
        Propose? other = null;
        return new ScriptedAdversary()
            .WhenSending<Propose>((replica, sent, propose) =>
            {
                before = propose.Entry.Index.Value == From - 1 ? propose.Entry.Chain : before;
                if (propose.Entry.Index.Value != From || sent.To.Value % 2 == 0)
                {
                    replica.Pass(sent);
                    return;
                }

                var ballots = new Ballots(replica.Identity);
                other ??= propose.Instead(new byte[20], before, ballots, replica.Signer);
                var (index, chain) = (other.Entry.Index, other.Entry.Chain);
                replica.Send(sent.To, other);
                replica.Send(sent.To, new Vote(index, chain, ballots.Vote(index, chain).Sign(replica.Signer), Lsn.Zero));
            })
            .WhenSending<Vote>((replica, sent, vote) =>
            {
                if (vote.Index.Value < From || sent.To.Value % 2 == 0)
                {
                    replica.Pass(sent);
                }
            });
    }

    private static SimulationRun Start(ulong seed, QuorumRule quorum)
    {
        var run = new SimulationRun(seed, new SimulationOptions { Protocol = FixedLeaderEngine.Protocol(quorum), Nodes = 4, Faults = FaultSet.None });
        run.Start();
        return run;
    }
}
