using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

public sealed class ModelTests
{
    private const int CommandsPerRun = 400;

    /// <summary>Rejections of a command's form, which the model does not judge.</summary>
    private static readonly WorkflowRejection[] OfForm =
    [
        WorkflowRejection.InvalidCaseId, WorkflowRejection.InvalidName, WorkflowRejection.InvalidGraph, WorkflowRejection.InvalidPolicy,
        WorkflowRejection.InvalidOverlay, WorkflowRejection.DuplicateProperty,
    ];

    [Test]
    public async Task The_machine_does_what_the_model_does([Range(1, 25)] int seed)
    {
        var random = new RandomWorkflow(seed);
        var bed = new WorkflowBed(null, new BumpOperation(), new FailingOperation());
        var model = new WorkflowModel();
        for (var step = 0; step < CommandsPerRun; step++)
        {
            bed.Now = new Timestamp(bed.Now.UnixMilliseconds + random.Next(3));
            var command = random.Next();
            var result = bed.Do(command);
            if (!OfForm.Contains(result.Rejection))
            {
                Assert.That(result.Rejection, Is.EqualTo(model.Apply(command, bed.Now)), $"Seed {seed}, step {step}: {command}: {result.Detail}");
            }

            if (step % 20 == 0)
            {
                await AssertSameAsync(bed, model, $"Seed {seed}, step {step}: {command}");
            }
        }

        await AssertSameAsync(bed, model, $"Seed {seed}, at the end");
    }

    [Test]
    public void Two_machines_given_the_same_agree_and_snapshots_at_any_point_change_nothing([Range(1, 25)] int seed)
    {
        var random = new RandomWorkflow(seed + 1_000);
        var one = new WorkflowBed(null, new BumpOperation(), new FailingOperation());
        var other = new WorkflowBed(null, new BumpOperation(), new FailingOperation());
        for (var step = 0; step < CommandsPerRun; step++)
        {
            one.Now = other.Now = new Timestamp(one.Now.UnixMilliseconds + 1);
            var command = random.NextBytes();
            var (first, second) = (one.Apply(command), other.Apply(command));
            Assert.That(second.Status, Is.EqualTo(first.Status), $"Seed {seed}, step {step}");
            Assert.That(second.Result.ToArray(), Is.EqualTo(first.Result.ToArray()), $"Seed {seed}, step {step}");
            Assert.That(other.Hash, Is.EqualTo(one.Hash), $"Seed {seed}, step {step}");
            if (random.Next(20) == 0)
            {
                other.Restart();
                Assert.That(other.Hash, Is.EqualTo(one.Hash), $"Seed {seed}, after the restart at step {step}");
            }
        }

        Assert.That(other.Snapshot(), Is.EqualTo(one.Snapshot()), $"Seed {seed}: equal states have equal snapshots.");
    }

    [Test]
    public void A_snapshot_shows_the_moment_of_its_capture_while_commands_go_on()
    {
        var random = new RandomWorkflow(7);
        var bed = new WorkflowBed(null, new BumpOperation(), new FailingOperation());
        for (var i = 0; i < 200; i++)
        {
            bed.Do(random.Next());
        }

        var hash = bed.Hash;
        using var captured = bed.Machine.CaptureSnapshot();
        for (var i = 0; i < 200; i++)
        {
            bed.Do(random.Next());
        }

        using var stream = new MemoryStream();
        captured.WriteTo(stream);
        stream.Position = 0;
        var restored = new WorkflowStateMachine();
        restored.Restore(stream);
        Assert.That(restored.StateHash(), Is.EqualTo(hash).And.Not.EqualTo(bed.Hash));
    }

    [Test]
    public void The_random_commands_reach_what_they_should()
    {
        var seen = new HashSet<WorkflowRejection>();
        for (var seed = 1; seed <= 25; seed++)
        {
            var random = new RandomWorkflow(seed);
            var bed = new WorkflowBed(null, new BumpOperation(), new FailingOperation());
            for (var step = 0; step < CommandsPerRun; step++)
            {
                seen.Add(bed.Do(random.Next()).Rejection);
            }
        }

        Assert.That(
            seen,
            Is.SupersetOf((WorkflowRejection[])
            [
                WorkflowRejection.None, WorkflowRejection.CaseExists, WorkflowRejection.CaseNotFound, WorkflowRejection.CaseFinished,
                WorkflowRejection.CaseNotFinished, WorkflowRejection.RevisionMismatch, WorkflowRejection.UnknownState,
                WorkflowRejection.TransitionNotAllowed, WorkflowRejection.TransitionVetoed, WorkflowRejection.GraphNotFound,
                WorkflowRejection.PolicyNotFound, WorkflowRejection.OverlayVersionNotHigher, WorkflowRejection.UnknownOperation,
                WorkflowRejection.OperationRejected, WorkflowRejection.OperationLimitExceeded,
            ]));
    }

    private static async Task AssertSameAsync(WorkflowBed bed, WorkflowModel model, string where)
    {
        var store = bed.Store();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await store.ListCasesAsync()).Value!.Items, Is.EqualTo(model.Cases.Values), where);
            Assert.That((await store.ListPoliciesAsync()).Value!.Items, Is.EqualTo(model.Policies.Values), where);
            Assert.That((await store.ListGraphsAsync()).Value!.Items, Is.EqualTo(model.Graphs.Values), where);
            Assert.That(
                (await store.ListOverlaysAsync()).Value!.Items.Select(deployed => (deployed.Overlay.Name, deployed.Overlay.Version)),
                Is.EqualTo(model.Overlays.Select(pair => (pair.Key, pair.Value))),
                where);
            foreach (var group in model.Cases.Values.GroupBy(@case => (@case.Graph, @case.State)))
            {
                Assert.That((await store.CountCasesAsync(group.Key.Graph, group.Key.State)).Value, Is.EqualTo((ulong)group.Count()), where);
            }
        }
    }
}
