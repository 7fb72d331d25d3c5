using Consensus.Gossip;
using Consensus.Swarm.Tests.Network;

namespace Consensus.Swarm.Tests.Ballots;

/// <summary>A swarm decides, on real sockets.</summary>
internal sealed class BallotTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [TestCase(4)]
    [TestCase(10)]
    public async Task All_know_what_was_decided_and_can_prove_it(int count)
    {
        await using var swarm = new LoopbackSwarm { KeepsVotes = true };
        await swarm.StartAllAsync(count);
        var ballot = swarm[1].Ballots.Open("Shall we?"u8.ToArray(), swarm.Nodes.Select(node => node.Id), Minute);
        foreach (var node in swarm.Nodes)
        {
            await LoopbackSwarm.UntilAsync(() => node.Ballots.Find(ballot.Id) is not null);
            await node.Ballots.VoteAsync(ballot.Id, isFor: node.Id.Value != 2);
        }

        foreach (var node in swarm.Nodes)
        {
            var status = await node.Ballots.WaitAsync(ballot.Id);
            Assert.That((status.Outcome, status.Certificate!.Holds(swarm.Id, swarm.Verifier)), Is.EqualTo((BallotOutcome.For, true)));
            Assert.That(node.Ballots.All.Single().Ballot.Question.ToArray(), Is.EqualTo("Shall we?"u8.ToArray()));
        }
    }

    [Test]
    public async Task Who_starts_again_tells_what_it_voted_and_may_not_vote_otherwise()
    {
        await using var swarm = new LoopbackSwarm { KeepsVotes = true };
        await swarm.StartAllAsync(4);
        var ballot = swarm[1].Ballots.Open("Shall we?"u8.ToArray(), swarm.Nodes.Select(node => node.Id), Minute);
        await LoopbackSwarm.UntilAsync(() => swarm[4].Ballots.Find(ballot.Id) is not null);
        await swarm[4].Ballots.VoteAsync(ballot.Id, isFor: false);
        await swarm.KillAsync(4);
        var again = await swarm.StartAsync(4);
        await swarm[1].Ballots.VoteAsync(ballot.Id, isFor: false);
        await LoopbackSwarm.UntilAsync(() => again.Ballots.Find(ballot.Id) is { Tally.Against: 2 });
        Assert.That(async () => await again.Ballots.VoteAsync(ballot.Id, isFor: true), Throws.InvalidOperationException.With.Message.EqualTo($"Node 4 has voted against in the ballot {ballot.Id}, and may not vote otherwise."));
        await again.Ballots.VoteAsync(ballot.Id, isFor: false);

        await swarm[2].Ballots.VoteAsync(ballot.Id, isFor: false);
        Assert.That((await again.Ballots.WaitAsync(ballot.Id)).Outcome, Is.EqualTo(BallotOutcome.Against));
        Assert.That((await swarm[3].Ballots.WaitAsync(ballot.Id)).Missing.Select(id => id.Value), Is.SubsetOf(new uint[] { 3 }));
    }

    [Test]
    public async Task Who_may_not_vote_is_told_why()
    {
        await using var swarm = new LoopbackSwarm();
        var node = await swarm.StartAsync(1);
        var other = node.Ballots.Open(default, [new NodeId(2)], Minute);
        var own = node.Ballots.Open(default, [node.Id], Minute);
        Assert.That(async () => await node.Ballots.VoteAsync(own.Id, isFor: true), Throws.InvalidOperationException.With.Message.EqualTo("This node keeps no journal of its votes, so it may not vote (SwarmSetup.Votes)."));
        Assert.That(async () => await node.Ballots.WaitAsync(default), Throws.ArgumentException.With.Message.StartsWith("The ballot 0000"));
        Assert.That(() => node.Ballots.Open(default, [], Minute), Throws.ArgumentException.With.Message.StartsWith("0 may vote; allowed: 1 to 4,096."));
        Assert.That(() => node.Ballots.Open(default, [node.Id], TimeSpan.FromDays(8)), Throws.ArgumentException.With.Message.Contains("OpenTimeMax"));
        Assert.That(() => node.Ballots.Open(new byte[5_000], [node.Id], Minute), Throws.ArgumentException.With.Message.StartsWith("The question has 5,000 bytes; allowed: up to 4,096."));
        for (var i = 2; i < 16; i++)
        {
            node.Ballots.Open(BitConverter.GetBytes(i), [node.Id], Minute);
        }

        Assert.That(() => node.Ballots.Open("one more"u8.ToArray(), [node.Id], Minute), Throws.TypeOf<SwarmFullException>());

        await using var voting = new LoopbackSwarm { KeepsVotes = true };
        var voter = await voting.StartAsync(1);
        var notIts = voter.Ballots.Open(default, [new NodeId(2)], Minute);
        Assert.That(async () => await voter.Ballots.VoteAsync(notIts.Id, isFor: true), Throws.ArgumentException.With.Message.StartsWith("Node 1 does not vote in the ballot"));
        Assert.That(async () => await voter.Ballots.VoteAsync(other.Id, isFor: true), Throws.ArgumentException.With.Message.StartsWith("The ballot"));
    }

    [Test]
    public async Task Whoever_waits_for_a_decision_hears_when_the_node_ends()
    {
        await using var swarm = new LoopbackSwarm { KeepsVotes = true };
        var node = await swarm.StartAsync(1);
        var ballot = node.Ballots.Open(default, [new NodeId(2)], Minute);
        var waiting = node.Ballots.WaitAsync(ballot.Id).AsTask();
        await swarm.KillAsync(1);
        Assert.That(async () => await waiting, Throws.InstanceOf<ObjectDisposedException>());
    }
}
