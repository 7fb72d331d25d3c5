using Consensus.Simulation;
using Consensus.Simulation.Runs;

namespace Consensus.HotStuff.Tests;

/// <summary>HotStuff under all that it promises to survive, in virtual time: every checker of the simulator, and progress after all is healed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SimulationTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(40);

    [Test]
    public void Without_faults_everything_that_is_proposed_is_committed([Values(4, 7)] int nodes, [Values(11ul, 12ul)] ulong seed, [Values] HotStuffRuleSet rules)
    {
        var report = Group(nodes, rules).WithFaults(FaultSet.None).WithDuration(TimeSpan.FromSeconds(10)).Run(seed);

        report.ThrowIfViolated();
        Assert.That(report.Committed, Is.GreaterThan(300));
    }

    [Test]
    public void Under_crashes_partitions_damaged_disks_and_Byzantine_replicas_nothing_is_violated([Range(21, 26)] int seed, [Values] HotStuffRuleSet rules) =>
        Group(4, rules).Run((ulong)seed).ThrowIfViolated();

    [Test, Category("Soak"), Explicit("Takes half a minute.")]
    public void Under_them_nothing_is_violated_in_further_seeds([Range(27, 32)] int seed, [Values] HotStuffRuleSet rules) =>
        Group(4, rules).Run((ulong)seed).ThrowIfViolated();

    [Test]
    public void With_two_and_three_faulty_replicas_neither([Values(7, 10)] int nodes, [Values(41ul, 42ul)] ulong seed, [Values] HotStuffRuleSet rules) =>
        Group(nodes, rules).WithDuration(TimeSpan.FromSeconds(20)).Run(seed).ThrowIfViolated();

    // Nearly every window fills up without a commit when it has room for one.
    [Test]
    public void With_the_smallest_windows_neither([Values(4, 7)] int nodes, [Values(1005ul, 1031ul, 1038ul, 1061ul)] ulong seed, [Values] HotStuffRuleSet rules)
    {
        var protocol = SimulatedProtocol.HotStuffWith(SimulationOptions.HotStuffDefaults with { Rules = rules, CheckpointBlocks = 2, WindowBlocks = 4, TermViews = 8 });
        new Simulator().WithProtocol(protocol).WithNodes(nodes).WithDuration(TimeSpan.FromSeconds(20)).WithFaults(protocol.Survives).Run(seed).ThrowIfViolated();
    }

    [Test]
    public void With_the_least_that_the_rules_allow_it_makes_progress_without_faults([Values(4, 7)] int nodes, [Values] HotStuffRuleSet rules)
    {
        var report = Least(rules, nodes, termViews: 64).WithFaults(FaultSet.None).WithDuration(TimeSpan.FromSeconds(5)).Run(1);

        report.ThrowIfViolated();
        Assert.That(report.Committed, Is.GreaterThan(100));
    }

    [Test]
    public void And_under_all_faults([Range(1, 6)] int seed, [Values] HotStuffRuleSet rules, [Values(4, 64)] int termViews) =>
        Least(rules, seed % 4 == 0 ? 7 : 4, termViews).WithDuration(TimeSpan.FromSeconds(10)).Run((ulong)seed).ThrowIfViolated();

    // Each of them has found a fault once.
    [TestCase(4, 49ul, HotStuffRuleSet.TwoChain, TestName = "A_block_that_is_the_same_on_two_branches_stays_in_the_log")]
    [TestCase(4, 51ul, HotStuffRuleSet.ThreeChain, TestName = "A_branch_that_does_not_fit_into_one_message_is_fetched_in_parts")]
    [TestCase(4, 1053ul, HotStuffRuleSet.ThreeChain, TestName = "Empty_blocks_of_two_views_are_not_the_same")]
    [TestCase(4, 30ul, HotStuffRuleSet.ThreeChain, TestName = "A_missing_node_may_be_no_higher_than_what_is_here")]
    [TestCase(4, 177ul, HotStuffRuleSet.TwoChain)]
    [TestCase(4, 408ul, HotStuffRuleSet.ThreeChain, TestName = "A_term_that_was_passed_over_may_come_after_all")]
    [TestCase(4, 672ul, HotStuffRuleSet.TwoChain)]
    [TestCase(4, 5362ul, HotStuffRuleSet.TwoChain, TestName = "Who_has_come_far_does_not_collect_what_it_says_of_checkpoints_far_ahead")]
    [TestCase(4, 20018ul, HotStuffRuleSet.TwoChain, TestName = "Votes_for_what_was_committed_without_nodes_are_forgotten_also_after_a_crash")]
    [TestCase(7, 100003ul, HotStuffRuleSet.TwoChain, TestName = "Who_lacks_certificates_may_follow_another_branch_than_the_committed_one")]
    [TestCase(4, 7100014ul, HotStuffRuleSet.ThreeChain, TestName = "What_is_committed_in_the_very_turn_in_which_its_way_turns_out_wrong_is_not_asked_for")]
    public void Seeds_that_have_found_a_fault(int nodes, ulong seed, HotStuffRuleSet rules) => Group(nodes, rules).Run(seed).ThrowIfViolated();

    [Test]
    public void A_checkpoint_whose_proof_is_lost_in_a_crash_and_whose_snapshot_is_not_stays_committed() =>
        Group(4).WithDuration(TimeSpan.FromSeconds(60)).Run(7500004).ThrowIfViolated();

    [Test]
    public void A_replica_that_was_cut_off_serves_its_callers_when_the_others_have_gone_on([Range(1, 6)] int seed) =>
        Group(4).WithFaults(FaultSet.Parse("partition,one-way,clog,bridge")).WithDuration(TimeSpan.FromSeconds(20)).Run((ulong)seed).ThrowIfViolated();

    [Test]
    public void The_same_seed_gives_the_same_run()
    {
        var first = Group(4).WithDuration(TimeSpan.FromSeconds(10)).Run(77);
        var second = Group(4).WithDuration(TimeSpan.FromSeconds(10)).Run(77);
        var other = Group(4).WithDuration(TimeSpan.FromSeconds(10)).Run(78);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Digest, Is.EqualTo(first.Digest));
            Assert.That(other.Digest, Is.Not.EqualTo(first.Digest));
        }
    }

    private static Simulator Least(HotStuffRuleSet rules, int nodes, int termViews)
    {
        var protocol = SimulatedProtocol.HotStuffWith(SimulationOptions.HotStuffDefaults with { Rules = rules, CheckpointBlocks = 1, WindowBlocks = HotStuffOptions.WindowBlocksMin(rules), TermViews = termViews });
        return new Simulator().WithProtocol(protocol).WithNodes(nodes).WithFaults(protocol.Survives);
    }

    private static Simulator Group(int nodes, HotStuffRuleSet rules = HotStuffRuleSet.ThreeChain)
    {
        var protocol = rules == HotStuffRuleSet.TwoChain ? SimulatedProtocol.TwoChainHotStuff : SimulatedProtocol.HotStuff;
        return new Simulator().WithProtocol(protocol).WithNodes(nodes).WithDuration(Duration).WithFaults(protocol.Survives);
    }
}
