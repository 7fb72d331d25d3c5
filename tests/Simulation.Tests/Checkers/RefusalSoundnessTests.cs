using System.Text;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RefusalSoundnessTests
{
    private readonly CheckerBed _bed = new(_ => new RefusalSoundness(new CommandHashes()));

    [Test]
    public void A_refused_command_that_is_applied_later_is_found()
    {
        Call(1, "a", CallOutcome.Refused);
        _bed.Apply(2, _bed.Entry(1, "a"), CheckerBed.Hash(1));
        _bed.AssertViolation("call 1 of process 1", "was refused", "node 2 has applied it at entry 1");
    }

    [Test]
    public void A_command_that_was_applied_before_it_was_refused_is_found()
    {
        _bed.Apply(2, _bed.Entry(1, "a"), CheckerBed.Hash(1));
        Call(1, "a", CallOutcome.Refused);
        _bed.AssertViolation("node 2 has applied it at entry 1");
    }

    [Test]
    public void What_is_unknown_or_was_called_again_may_be_applied()
    {
        Call(1, "a", CallOutcome.Unknown);
        Call(2, "b", CallOutcome.Refused);
        Call(3, "b", CallOutcome.Applied);
        var a = _bed.Entry(1, "a");
        _bed.Apply(2, a, CheckerBed.Hash(1));
        _bed.Apply(2, _bed.Entry(1, "b", a), CheckerBed.Hash(1));
        _bed.AssertNone();
    }

    private void Call(long number, string command, CallOutcome outcome)
    {
        var call = new ClientCall(number, 1, new Operation(Encoding.ASCII.GetBytes(command)), 1, default) { Outcome = outcome };
        _bed.World.OnInvoked(call);
        _bed.World.OnCompleted(call);
    }
}
