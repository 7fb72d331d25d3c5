namespace Consensus.HotStuff.Tests;

/// <summary>What one replica, node 3, does when others say this or that. Node 1 leads the views 0 to 7, node 2 those from 8 to 15, node 3 those after.</summary>
public sealed class CoreTests
{
    private static readonly Group Four = Group.Four;
    private static readonly Block A = Four.Block(1);
    private static readonly Block B = Four.Block(2);
    private static readonly Node First = Four.Node(1, Node.Genesis, A);

    [Test]
    public void A_vote_leaves_when_the_node_and_the_vote_are_on_disk()
    {
        var replica = new TestReplica() { FlushesAtOnce = false };

        replica.Receive(1, Four.Propose(First, A));
        Assert.That(replica.SentOf<NodeVote>(), Is.Empty);

        replica.Flush();
        var (to, vote) = replica.Sent.Single(sent => sent.Message is NodeVote);
        Assert.That((to.Value, ((NodeVote)vote).Hash), Is.EqualTo((1u, First.Hash)));
    }

    [Test]
    public void Of_two_proposals_of_one_view_the_first_gets_the_vote_and_the_leader_is_accused()
    {
        var replica = new TestReplica();
        replica.Receive(1, Four.Propose(First, A));
        replica.Receive(1, Four.Propose(Four.Node(1, Node.Genesis, B), B));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.SentOf<NodeVote>().Select(vote => vote.Hash), Is.EqualTo(new[] { First.Hash }));
            Assert.That(replica.Events.OfType<EquivocationDetected>().Select(told => told.Culprit), Is.EqualTo(new[] { new NodeId(1) }));
        }
    }

    [Test]
    public void After_a_restart_the_same_vote_is_given_again_and_no_other_in_its_view()
    {
        var replica = new TestReplica();
        replica.Receive(1, Four.Propose(First, A));

        var again = replica.Restart();
        again.Receive(1, Four.Propose(Four.Node(1, Node.Genesis, B), B));

        Assert.That(again.SentOf<NodeVote>().Select(vote => vote.Hash), Is.EqualTo(new[] { First.Hash }));
    }

    [Test]
    public void A_vote_that_was_not_on_disk_may_be_another_one_after_a_restart()
    {
        var replica = new TestReplica() { FlushesAtOnce = false };
        replica.Flush();
        replica.Receive(1, Four.Propose(First, A));

        var again = replica.Restart();
        var other = Four.Node(1, Node.Genesis, B);
        again.Receive(1, Four.Propose(other, B));

        Assert.That(again.SentOf<NodeVote>().Select(vote => vote.Hash), Is.EqualTo(new[] { other.Hash }), "and the first one was never sent");
    }

    [TestCase(HotStuffRuleSet.ThreeChain, CommitRule.ThreeChain, 3)]
    [TestCase(HotStuffRuleSet.TwoChain, CommitRule.TwoChain, 2)]
    public void A_committed_command_is_proven_by_the_nodes_that_commit_it(HotStuffRuleSet rules, CommitRule rule, int nodes)
    {
        var replica = new TestReplica(options: Group.Options with { Rules = rules });
        var (parent, block) = (First, A);
        replica.Receive(1, Four.Propose(First, A));
        for (var view = 2ul; view <= 4; view++)
        {
            block = Four.Block((byte)(view + 10));
            parent = Four.Node(view, parent, block);
            replica.Receive(1, Four.Propose(parent, block));
        }

        var committed = replica.State.Log.Committed;
        Assert.That(committed.Value, Is.EqualTo((ulong)(4 - nodes)), "the last proposal certifies view 3");
        for (var height = 1ul; height <= committed.Value; height++)
        {
            var answer = replica.Core.Prove(new LogIndex((2 * height) - 1));
            Assert.That(answer.Refusal, Is.EqualTo(RefusalReason.None), answer.Detail);
            Assert.That(CommitProofVerifier.Verify(answer.Proof!, Four.Identity(1).Verifier.Domain, Four.Members, rule, Four.Signatures, out var defect), Is.True, defect?.Detail);
            Assert.That((answer.Proof!.Block.Value, answer.Proof.Chain.Length), Is.EqualTo((height, nodes)));
        }

        var open = replica.Core.Prove(new LogIndex((2 * committed.Value) + 1));
        Assert.That((open.Refusal, open.Proof), Is.EqualTo((RefusalReason.NotHere, (CommitProof?)null)));
    }

    [Test]
    public void Nothing_is_voted_for_before_its_branch_has_come()
    {
        var replica = new TestReplica();
        var second = Four.Node(2, First, B);
        var third = Four.Node(3, second, A);

        replica.Receive(1, Four.Propose(third, A));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.SentOf<NodeVote>(), Is.Empty);
            Assert.That(replica.Sent.Where(sent => sent.Message is BranchRequest).Select(sent => sent.To), Is.EqualTo(new[] { new NodeId(1) }), "of the one who showed it");
            Assert.That(replica.State.High.View, Is.EqualTo(ViewNumber.Zero), "nor is it reported");
        }

        replica.Receive(1, new Branch([new FullNode(First, A), new FullNode(second, B)], Four.Certify(second)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.SentOf<NodeVote>().Select(vote => vote.Hash), Is.EqualTo(new[] { third.Hash }));
            Assert.That(replica.State.High.View, Is.EqualTo(second.View));
        }
    }

    [Test]
    public void Who_votes_for_a_node_that_had_to_wait_goes_by_its_certificate_also_if_a_higher_one_is_being_fetched()
    {
        var replica = new TestReplica();
        var second = Four.Node(2, First, B);
        var third = Four.Node(3, second, A);
        replica.Receive(1, Four.Propose(First, A));
        replica.Receive(1, Four.Propose(third, A));
        replica.Receive(4, new Certified(Four.Certify(Four.Node(4, third, B))));
        replica.Receive(1, Four.Propose(second, B));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.SentOf<NodeVote>().Select(vote => vote.Hash), Is.EqualTo(new[] { First.Hash, second.Hash, third.Hash }));
            Assert.That(replica.State.High.View, Is.EqualTo(second.View), "it names this when it gives up the term");
            Assert.That(replica.State.Promises.Locked, Is.EqualTo(First.Place));
        }
    }

    [Test]
    public void If_the_one_who_showed_it_is_silent_the_voters_are_asked_in_turn()
    {
        var replica = new TestReplica();
        var second = Four.Node(2, First, B);
        replica.Receive(4, new Certified(Four.Certify(second, 1, 2, 4)));
        for (var i = 0; i < 4; i++)
        {
            replica.Wait();
        }

        Assert.That(replica.ReceiversOf<BranchRequest>().Distinct(), Is.EquivalentTo(new uint[] { 1, 2, 4 }));
    }

    [Test]
    public void Three_certified_nodes_in_consecutive_views_commit_the_first()
    {
        var replica = new TestReplica();
        var chain = Chain(replica, 1, 2, 3, 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.State.Log.Committed.Value, Is.EqualTo(1));
            Assert.That(replica.State.Promises.Locked, Is.EqualTo(chain[1].Place));
            Assert.That(replica.Committed, Has.Count.EqualTo(2), "a command and the block's end");
        }
    }

    [Test]
    public void Two_are_enough_with_two_chain_rules()
    {
        var replica = new TestReplica(options: Group.Options with { Rules = HotStuffRuleSet.TwoChain });
        Chain(replica, 1, 2, 3);

        Assert.That(replica.State.Log.Committed.Value, Is.EqualTo(1));
    }

    [Test]
    public void Certified_nodes_that_leave_out_views_commit_nothing()
    {
        var replica = new TestReplica();
        var second = Chain(replica, 1, 2)[1];
        var begun = Four.Node(8, second, A);
        replica.Receive(2, Four.Propose(begun, A, Four.Timeouts(7, (1, begun.Justify), (2, begun.Justify), (4, begun.Justify))));
        var next = Four.Node(9, begun, B);
        replica.Receive(2, Four.Propose(next, B));
        replica.Receive(2, new Certified(Four.Certify(next)));
        Assert.That(replica.State.Log.Committed.Value, Is.Zero, "1, 2, 8, 9 are certified");

        var last = Four.Node(10, next, A);
        replica.Receive(2, Four.Propose(last, A));
        replica.Receive(2, new Certified(Four.Certify(last)));
        Assert.That(replica.State.Log.Committed.Value, Is.EqualTo(3), "8, 9 and 10 commit all up to that of view 8");
    }

    [Test]
    public void What_conflicts_with_the_lock_gets_no_vote_with_a_lower_certificate()
    {
        var replica = new TestReplica();
        var chain = Chain(replica, 1, 2, 3);
        var conflicting = Four.Node(8, Node.Genesis, B);
        var timeouts = Four.Timeouts(7);
        var before = replica.SentOf<NodeVote>().Count();

        replica.Receive(2, Four.Propose(conflicting, B, timeouts));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.SentOf<NodeVote>().Count(), Is.EqualTo(before));
            Assert.That(replica.State.Promises.Locked, Is.EqualTo(chain[0].Place));
        }
    }

    [Test]
    public void A_node_that_leaves_the_log_is_kept_and_can_come_back()
    {
        var replica = new TestReplica();
        var second = Chain(replica, 1, 2)[1];
        var other = Four.Node(8, First, B);
        replica.Receive(2, Four.Propose(other, B, Four.Timeouts(7, (1, other.Justify), (2, other.Justify), (4, other.Justify))));
        Assert.That(replica.Core.Tree.Tip.Hash, Is.EqualTo(other.Hash));
        Assert.That(replica.Core.Tree.KeptCount, Is.EqualTo(1));

        var again = replica.Restart();
        Assert.That(again.Core.Tree.Find(second.Hash)?.Hash, Is.EqualTo(second.Hash), "also after a restart");
        again.Receive(4, new BranchRequest(Four.Certify(second), SequenceNumber.Zero));
        Assert.That(again.SentOf<Branch>().Single().Nodes.Select(each => each.Node.Hash), Is.EqualTo(new[] { First.Hash, second.Hash }));

        var third = Four.Node(16, second, A);
        again.Receive(3, Group.Status());
        again.Receive(4, new Branch([new FullNode(First, A), new FullNode(second, Block(2)), new FullNode(third, A)], Four.Certify(third)));
        Assert.That(again.Core.Tree.At(new SequenceNumber(3))?.Hash, Is.EqualTo(third.Hash));
        Assert.That(again.Core.State.Log.DigestOf(new SequenceNumber(2)), Is.EqualTo(second.Payload));
    }

    [Test]
    public void Wherever_a_crash_comes_while_the_log_changes_branches_one_that_hangs_together_is_found()
    {
        for (var staged = 0; staged < 20; staged++)
        {
            var replica = new TestReplica();
            var chain = Chain(replica, 1, 2, 3);
            replica.FlushesAtOnce = false;
            var other = Four.Node(8, First, B);
            replica.Receive(2, Four.Propose(other, B, Four.Timeouts(7, (1, other.Justify), (2, other.Justify), (4, other.Justify))));
            if (staged > replica.StagedCount)
            {
                Assert.That(staged, Is.GreaterThan(5));
                return;
            }

            var again = replica.Restart(staged);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(again.Core.Tree.IsAnchored, Is.True, $"after {staged} records");
                Assert.That(again.Core.Tree.Tip.Height, Is.EqualTo(again.Core.State.Log.Last), $"after {staged} records");
                Assert.That(chain.All(node => again.Core.Tree.Find(node.Hash) is not null), Is.True, $"what was voted for is there after {staged} records");
            }
        }
    }

    [Test]
    public void Heights_beyond_the_window_are_not_taken()
    {
        var replica = new TestReplica(options: Group.Options with { CheckpointBlocks = 2, WindowBlocks = 4 });
        Chain(replica, 1, 2, 3, 4, 5);

        Assert.That(replica.State.Log.Last.Value, Is.EqualTo(4));
    }

    [Test]
    public void Who_vouches_for_a_checkpoint_has_on_disk_what_committed_it()
    {
        var replica = new TestReplica(options: Group.Options with { CheckpointBlocks = 2, WindowBlocks = 8 });
        var chain = Chain(replica, 1, 2, 3, 4);
        replica.FlushesAtOnce = false;
        replica.Receive(1, new Certified(Four.Certify(chain[3])));
        Assert.That(replica.State.Log.Committed.Value, Is.EqualTo(2));
        Assert.That(replica.SentOf<CheckpointVote>(), Is.Empty, "the certificate is in memory alone");

        replica.Flush();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.SentOf<CheckpointVote>().Select(vote => vote.Content.Number.Value).Distinct(), Is.EqualTo(new[] { 2ul }));
            Assert.That(replica.Restart().Core.State.High.View.Value, Is.EqualTo(4));
        }
    }

    [Test]
    public void Without_work_nobody_proposes_and_no_leader_is_suspected()
    {
        var cluster = new Cluster(4);
        cluster.Run();
        cluster.Wait(TimeSpan.FromSeconds(10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(cluster.SentOf<NodeProposal>(), Is.Empty);
            Assert.That(cluster.SentOf<TermTimeout>(), Is.Empty);
            Assert.That(cluster.Replicas.All(replica => replica.State.Term == 0), Is.True);
        }
    }

    [Test]
    public void A_leader_that_is_silent_is_replaced_and_what_waits_is_ordered([Values] HotStuffRuleSet rules)
    {
        var cluster = new Cluster(4, Group.Options with { Rules = rules }) { Loses = (from, to, _) => from.Value == 1 || to.Value == 1 };
        cluster.Run();
        cluster.Replicas[2].Propose(7);
        cluster.Run();
        cluster.Wait(TimeSpan.FromSeconds(1));
        cluster.Replicas[2].Propose(8);
        cluster.Run();
        cluster.Wait(TimeSpan.FromSeconds(1));

        foreach (var replica in cluster.Replicas[1..])
        {
            Assert.That(replica.Committed.Where(entry => entry.Kind == EntryKind.Command).Select(entry => entry.Payload.Span[0]), Does.Contain(8));
            Assert.That(replica.State.HighNode.Record.Failed.Select(failed => failed.Leader.Value), Is.EqualTo(new uint[] { 1 }), "the leader is on record");
        }
    }

    [Test]
    public void A_leader_that_was_restarted_gives_its_term_up_and_everybody_at_once_with_it()
    {
        var cluster = new Cluster(4);
        cluster.Replicas[0].Propose(1);
        cluster.Run();

        var again = cluster.Replicas[0].Restart();

        Assert.That(again.Core.State.IsActive, Is.False);
        var other = cluster.Replicas[3];
        other.Receive(1, again.SentOf<Status>().Last(status => !status.IsActive));
        Assert.That(other.Sent.Last(sent => sent.Message is TermTimeout).To, Is.EqualTo(new NodeId(2)));
    }

    [Test]
    public void A_time_out_bars_from_all_views_of_the_term()
    {
        var replica = new TestReplica();
        replica.Receive(1, Four.Propose(First, A));
        replica.Receive(2, Group.Status(term: 1) with { IsActive = false });
        replica.Receive(4, Group.Status(term: 1) with { IsActive = false });
        Assert.That(replica.SentOf<TermTimeout>().Single().Last.Value, Is.EqualTo(7));
        var before = replica.SentOf<NodeVote>().Count();

        replica.Receive(1, Four.Propose(Four.Node(2, First, B), B));
        Assert.That(replica.SentOf<NodeVote>().Count(), Is.EqualTo(before));

        var again = replica.Restart();
        again.Receive(1, Four.Propose(Four.Node(2, First, B), B));
        Assert.That(again.SentOf<NodeVote>(), Is.Empty, "nor after a restart");
    }

    [Test]
    public void One_alone_does_not_make_others_leave()
    {
        var replica = new TestReplica();
        replica.Receive(4, Group.Suspicion with { Term = 9, IsActive = false });

        Assert.That(replica.State.IsActive && replica.State.Term == 0, Is.True);
    }

    [Test]
    public void Who_begins_later_than_the_leader_gets_its_proposal_with_the_first_word_and_others_do_not_get_it_twice()
    {
        var leader = new TestReplica(1);
        leader.Receive(2, Group.Status());
        leader.Propose(1);
        var proposal = leader.SentOf<NodeProposal>().Distinct().Single();

        leader.Receive(4, Group.Status());
        leader.Receive(2, Group.Status());

        Assert.That(leader.Sent.Where(sent => sent.Message == proposal).Select(sent => sent.To.Value).Skip(3), Is.EqualTo(new[] { 4u }), "node 2 has said before that it is there: what it lacks is on its way");
    }

    [Test]
    public void A_member_that_votes_twice_is_accused()
    {
        var leader = new TestReplica(1);
        leader.Receive(4, Four.Vote(4, First));
        leader.Receive(4, Four.Vote(4, Four.Node(1, Node.Genesis, B)));

        Assert.That(leader.Events.OfType<EquivocationDetected>().Select(told => told.Culprit), Is.EqualTo(new[] { new NodeId(4) }));
    }

    [TestCase(4)]
    [TestCase(7)]
    [TestCase(16)]
    [TestCase(31)]
    public void A_decision_takes_two_messages_for_each_other_member(int size)
    {
        var cluster = new Cluster(size, Group.Options with { TermViews = 1024 });
        cluster.Run();
        for (byte i = 0; i < 10; i++)
        {
            cluster.Replicas[0].Propose(i);
            cluster.Run();
        }

        var nodes = cluster.SentOf<NodeProposal>().Select(proposal => proposal.Node.Hash).Distinct().Count();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cluster.Replicas.All(replica => replica.Committed.Count(entry => entry.Kind == EntryKind.Command) == 10), Is.True);
            Assert.That(cluster.SentOf<NodeProposal>().Count() + cluster.SentOf<NodeVote>().Count(), Is.EqualTo(2 * (size - 1) * nodes));
            Assert.That(nodes, Is.LessThanOrEqualTo(30), "three for a command that comes alone");
            Assert.That(cluster.SentOf<Certified>().Count(), Is.EqualTo(10 * (size - 1)), "and the last certificate, when nothing follows");
        }
    }

    [Test]
    public void Under_load_each_node_carries_commands_and_commits_one_before()
    {
        var cluster = new Cluster(4, Group.Options with { TermViews = 1024 });
        cluster.Run();
        var leader = cluster.Replicas[0];
        leader.FlushesAtOnce = true;
        for (byte i = 0; i < 40; i++)
        {
            leader.Propose(i);
            cluster.Replicas[1].Propose(i);
        }

        cluster.Run();

        Assert.That(cluster.Replicas.All(replica => replica.Committed.Count(entry => entry.Kind == EntryKind.Command) == 80), Is.True);
        Assert.That(cluster.SentOf<NodeProposal>().Select(proposal => proposal.Node.Hash).Distinct().Count(), Is.LessThan(40), "batches are put together");
    }

    [Test]
    public void Terms_follow_each_other_without_time_outs()
    {
        var cluster = new Cluster(4);
        cluster.Run();
        for (byte i = 0; i < 20; i++)
        {
            cluster.Replicas[3].Propose(i);
            cluster.Run();
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(cluster.SentOf<TermTimeout>(), Is.Empty);
            Assert.That(cluster.Replicas[0].Core.State.Term, Is.GreaterThan(4UL));
            Assert.That(cluster.Replicas.All(replica => replica.Committed.Count(entry => entry.Kind == EntryKind.Command) >= 20), Is.True);
        }
    }

    /// <summary>The leader of the first term proposes a node in each of these views, each with the certificate of the one before.</summary>
    private static Node[] Chain(TestReplica replica, params ulong[] views)
    {
        var (nodes, parent) = (new List<Node>(), Node.Genesis);
        foreach (var view in views)
        {
            var block = Block(view);
            parent = Four.Node(view, parent, block);
            nodes.Add(parent);
            replica.Receive(1, Four.Propose(parent, block));
        }

        return [.. nodes];
    }

    private static Block Block(ulong view) => view == 1 ? A : Four.Block((byte)(view + 10));
}
