using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StateAgreementTests
{
    private readonly CheckerBed _bed = new(observatory => new StateAgreement(observatory));

    [Test]
    public void Different_states_after_the_same_command_name_the_command_and_both_replicas()
    {
        var a = _bed.Entry(1, "roll \"dice\"");
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.Apply(3, a, CheckerBed.Hash(2));
        _bed.AssertViolation("not deterministic", "entry 1 of term 1", "roll \\x22dice\\x22", "node 1 has state 01", "node 3 has state 02");
    }

    [Test]
    public void Different_commands_at_one_index_are_no_fault_of_the_state_machine()
    {
        _bed.Apply(1, _bed.Entry(1, "a"), CheckerBed.Hash(1));
        _bed.Apply(3, _bed.Entry(1, "b"), CheckerBed.Hash(2));
        _bed.AssertViolation("nodes 1 and 3 apply different entries at 1");
    }

    [Test]
    public void Replicas_may_be_at_different_entries()
    {
        var a = _bed.Entry(1, "a");
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.Apply(1, _bed.Entry(1, "b", a), CheckerBed.Hash(2));
        _bed.Apply(3, a, CheckerBed.Hash(1));
        _bed.AssertNone();
    }
}
