using Consensus.Simulation;
using Consensus.Simulation.Runs;

namespace Consensus.Pbft.Tests;

/// <summary>PBFT under all that it promises to survive, in virtual time: every checker of the simulator, and progress after all is healed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SimulationTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(40);

    /// <summary>The kinds that there were when these seeds found something: with others, which share the few places of those that may lie, they would be other runs.</summary>
    private static readonly FaultSet EarlierFaults =
        FaultKind.Scripted.Append(FaultKind.LateRelease).Aggregate(SimulatedProtocol.Pbft.Survives, static (faults, kind) => faults.Without(kind));

    [Test]
    public void Without_faults_everything_that_is_proposed_is_committed([Values(4, 7)] int nodes, [Values(11ul, 12ul)] ulong seed)
    {
        var report = Group(nodes).WithFaults(FaultSet.None).WithDuration(TimeSpan.FromSeconds(10)).Run(seed);

        report.ThrowIfViolated();
        Assert.That(report.Committed, Is.GreaterThan(300));
    }

    [Test]
    public void Under_crashes_partitions_damaged_disks_and_Byzantine_replicas_nothing_is_violated([Range(21, 28)] int seed) =>
        Group(4).Run((ulong)seed).ThrowIfViolated();

    [Test, Category("Soak"), Explicit("Takes many seconds.")]
    public void Under_them_nothing_is_violated_in_further_seeds([Range(29, 36)] int seed) =>
        Group(4).Run((ulong)seed).ThrowIfViolated();

    [Test]
    public void With_two_and_three_faulty_replicas_neither([Values(7, 10)] int nodes, [Values(41ul, 42ul)] ulong seed) =>
        Group(nodes).WithDuration(TimeSpan.FromSeconds(20)).Run(seed).ThrowIfViolated();

    [Test]
    public void With_the_smallest_window_neither([Range(1, 12)] int seed, [Values(1, 2)] int pipelineBlocks)
    {
        var protocol = SimulatedProtocol.PbftWith(SimulationOptions.PbftDefaults with { CheckpointBlocks = 1, WindowBlocks = 2, PipelineBlocks = pipelineBlocks });
        new Simulator().WithProtocol(protocol).WithNodes(seed % 4 == 0 ? 7 : 4).WithDuration(TimeSpan.FromSeconds(10)).WithFaults(protocol.Survives).Run((ulong)seed).ThrowIfViolated();
    }

    // Each of them has found a fault once: of the engine, or of a checker.
    [TestCase(4, 5ul, TestName = "A_member_that_has_gone_on_counts_for_the_views_it_has_left")]
    [TestCase(4, 9ul, TestName = "A_block_that_comes_when_its_checkpoint_is_stable_is_not_looked_at")]
    [TestCase(4, 14ul, TestName = "Blocks_that_begin_alike_are_not_the_same_block")]
    [TestCase(4, 138ul, TestName = "A_primary_that_has_lost_its_disk_leaves_the_view_that_it_began")]
    [TestCase(4, 5037ul, TestName = "A_log_that_is_begun_anew_has_not_what_was_staged")]
    [TestCase(4, 5057ul, TestName = "Members_that_are_stuck_in_different_views_come_together")]
    [TestCase(7, 316ul, TestName = "A_log_without_entries_knows_which_block_its_snapshot_ends_with")]
    public void Seeds_that_have_found_a_fault(int nodes, ulong seed) => Group(nodes).WithFaults(EarlierFaults).Run(seed).ThrowIfViolated();

    [TestCase(191ul, TestName = "A_primary_that_equivocates_is_left_though_views_have_changed_often")]
    [TestCase(222ul, TestName = "Commits_of_others_do_not_stop_the_wait_for_a_view")]
    [TestCase(267ul)]
    [TestCase(480ul)]
    public void Longer_seeds_that_have_found_a_fault(ulong seed) => Group(4).WithFaults(EarlierFaults).WithDuration(TimeSpan.FromSeconds(60)).Run(seed).ThrowIfViolated();

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

    private static Simulator Group(int nodes) =>
        new Simulator().WithProtocol(SimulatedProtocol.Pbft).WithNodes(nodes).WithDuration(Duration).WithFaults(SimulatedProtocol.Pbft.Survives);
}
