namespace Consensus.Simulation.Tests.Runs;

/// <summary>Seeds that once found something, in the run in which they did.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class FailedSeedTests
{
    /// <summary>A write that went astray took the flushed batch before it along, and recovery took both for one interrupted write.</summary>
    [Test]
    public void A_misdirected_batch_is_not_taken_for_an_interrupted_write([Values(216UL, 233UL, 325UL, 385UL, 608UL)] ulong seed) =>
        new Simulator().Run(seed).ThrowIfViolated();

    /// <summary>A learner that alone had a configuration in its log, which no majority ever kept, was never allowed to be taken away.</summary>
    [Test]
    public void A_machine_that_was_cut_off_with_a_change_of_its_own_is_taken_away([Values(344UL, 968UL)] ulong seed) =>
        new Simulator().Run(seed).ThrowIfViolated();

    /// <summary>A configuration that a turn voided was taken for committed, because the turn also learned of a later commit index.</summary>
    [Test]
    public void A_voided_configuration_is_not_waited_for([Values(770UL, 784UL)] ulong seed) => new Simulator().Run(seed).ThrowIfViolated();

    /// <summary>
    /// The last batch went astray where it may, and the node found a snapshot that was ahead of what was left: the one record with which it began its
    /// log anew was taken for one of those that were missing.
    /// </summary>
    [Test]
    public void A_log_that_is_begun_anew_where_its_end_was_lost_is_what_it_should_be([Values(81230937UL)] ulong seed) =>
        new Simulator().Run(seed).ThrowIfViolated();

    /// <summary>
    /// Of two members that were gone the operator asked for the removal of the first, again and again, while the group waited for the second, which was to
    /// join: only its removal ends that.
    /// </summary>
    [Test]
    public void A_member_that_is_lost_while_it_joins_is_taken_away_first([Values(229UL)] ulong seed) => new Simulator().Run(seed).ThrowIfViolated();

    /// <summary>A change that was under way when the quorum core was chosen made a voter of a machine that was not healed with it.</summary>
    [Test]
    public void A_change_that_was_under_way_may_ask_for_more_than_the_quorum_core([Values(59310038UL)] ulong seed) =>
        new Simulator().Run(seed).ThrowIfViolated();
}
