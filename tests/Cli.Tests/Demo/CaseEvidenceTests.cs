using System.Buffers;
using Consensus.Cli.Demo.Audit;
using Consensus.Cli.Demo.Load;
using Consensus.Replication.Workflow;

namespace Consensus.Cli.Tests.Demo;

[TestFixture]
public sealed class CaseEvidenceTests
{
    private static readonly NodeId Node = new(1);

    [Test]
    public void Each_operation_of_a_case_is_found_once()
    {
        var evidence = Gather(new Case(
            "case-0-0", "application", "Approved", IsFinal: false, [], Revision: 5, default, default,
            [
                new Property(CaseBlueprint.CreatedBy, "0.0"),
                new Property(CaseBlueprint.MovedBy(1), "0.1"),
                new Property(CaseBlueprint.MovedBy(3), "0.3"),
                new Property(CaseBlueprint.Stamps, "0.2 0.4"),
            ]));

        Assert.That(evidence.Count, Is.EqualTo(5));
        Assert.That(evidence.Marks.Select(mark => mark.Value), Has.All.EqualTo(1));
    }

    [Test]
    public void A_stamp_that_was_applied_twice_is_found_twice()
    {
        var evidence = Gather(new Case(
            "case-0-0", "application", "Review", IsFinal: false, [], Revision: 3, default, default,
            [new Property(CaseBlueprint.CreatedBy, "0.0"), new Property(CaseBlueprint.Stamps, "0.2 0.2")]));

        Assert.That(evidence.CountOf(new OperationId(0, 2)), Is.EqualTo(2));
    }

    [Test]
    public void A_move_that_was_applied_twice_shows_in_the_revision()
    {
        var evidence = Gather(new Case(
            "case-0-0", "application", "Review", IsFinal: false, [], Revision: 3, default, default,
            [new Property(CaseBlueprint.CreatedBy, "0.0"), new Property(CaseBlueprint.MovedBy(1), "0.1")]));

        Assert.That(evidence.CountOf(new OperationId(0, 1)), Is.EqualTo(2));
    }

    [Test]
    public void A_property_that_names_no_operation_is_a_failure() => Assert.That(
        () => Gather(new Case(
            "case-0-0", "application", "Draft", IsFinal: false, [], Revision: 1, default, default, [new Property(CaseBlueprint.CreatedBy, "nobody")])),
        Throws.TypeOf<CommandFailedException>().With.Message.Contains("nobody"));

    [TestCase(0)]
    [TestCase(2)]
    public async Task The_demo_s_machine_shows_a_command_that_it_applies_twice(int repeated)
    {
        // Without the sessions that keep this from happening: whatever is applied again must show, or be rejected.
        var machine = CaseDesk.CreateMachine();
        byte[][] commands = [await RecordAsync(0), await RecordAsync(1), await RecordAsync(2)];
        foreach (var command in commands)
        {
            Assert.That(Apply(machine, command), Is.EqualTo(ApplyOutcome.Applied));
        }

        var before = machine.StateHash();
        var again = Apply(machine, commands[repeated]);

        Assert.That(again == ApplyOutcome.Rejected || machine.StateHash() != before, Is.True);
    }

    private static async Task<byte[]> RecordAsync(int step)
    {
        var recorder = new RecordingConsensus();
        var desk = new CaseDesk(recorder);
        var operation = new OperationId(0, step);
        await (step == 0
            ? desk.CreateAsync("case-0-0", operation, default, default)
            : desk.AdvanceAsync("case-0-0", step, operation, default, default));
        return recorder.Command ?? throw new InvalidOperationException("Nothing was proposed.");
    }

    private static ApplyOutcome Apply(IStateMachine machine, byte[] command) =>
        machine.Apply(new CommandContext(new LogIndex(1), new Timestamp(0), default), command, new ArrayBufferWriter<byte>());

    private static NodeEvidence Gather(Case item)
    {
        var evidence = new NodeEvidence(Node);
        CaseEvidence.Add(evidence, item);
        return evidence;
    }
}
