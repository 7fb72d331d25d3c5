namespace Consensus.Engine.Tests.Hosting;

public sealed class ReceiveGateTests
{
    [Test]
    public async Task A_receiver_waits_beyond_the_bound_and_goes_on_below_it()
    {
        var gate = new ReceiveGate(100);
        Assert.That(gate.EnterAsync(100, default).AsTask().IsCompletedSuccessfully, Is.True, "at the bound");
        var held = new[] { gate.EnterAsync(1, default).AsTask(), gate.EnterAsync(50, default).AsTask() };

        gate.Leave(50);
        Assert.That(held.Any(task => task.IsCompleted), Is.False, "101 bytes wait");
        gate.Leave(1);

        await Task.WhenAll(held).WaitAsync(ReplicaBench.Hang);
        Assert.That(gate.Bytes, Is.EqualTo(100));
    }

    [Test]
    public async Task A_receiver_that_gives_up_no_longer_waits()
    {
        var gate = new ReceiveGate(1);
        using var cancellation = new CancellationTokenSource();
        var held = gate.EnterAsync(2, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThatAsync(() => held, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_gate_that_is_open_for_good_holds_nobody_up()
    {
        var gate = new ReceiveGate(1);
        var held = gate.EnterAsync(2, default).AsTask();

        gate.OpenForGood();

        await held.WaitAsync(ReplicaBench.Hang);
        Assert.That(gate.EnterAsync(1000, default).AsTask().IsCompletedSuccessfully, Is.True);
    }

    // The last frame's leaving is the last chance to open: if a receiver that is just about to wait misses it, it waits for ever.
    [Test]
    public async Task No_receiver_is_left_behind_when_the_last_frame_leaves()
    {
        var gate = new ReceiveGate(1);
        for (var run = 0; run < 20_000; run++)
        {
            await gate.EnterAsync(1, default);
            var leaving = Task.Run(() => gate.Leave(1));
            await gate.EnterAsync(1, default).AsTask().WaitAsync(ReplicaBench.Hang);
            gate.Leave(1);
            await leaving;
        }

        Assert.That(gate.Bytes, Is.Zero);
    }
}
